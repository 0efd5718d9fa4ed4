package dev.baton.contract;

/** What {@code baton.fleet} holds: the sequenced input of every decision. */
public sealed interface FleetEvent
        permits Declaration, TunnelPhaseChanged, DatapathAcknowledged, NodeLeaving, EarlierLeasesOver, Tick {}
