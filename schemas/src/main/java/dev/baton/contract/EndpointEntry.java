package dev.baton.contract;

/** What {@code baton.endpoints} keeps. */
public sealed interface EndpointEntry permits EndpointSlice, ClusterCidrs {}
