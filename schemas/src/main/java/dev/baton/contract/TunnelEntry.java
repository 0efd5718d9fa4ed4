package dev.baton.contract;

/** What {@code baton.tunnels} keeps: each node's tunnel, and the settings in force. */
public sealed interface TunnelEntry permits Tunnel, SettingsInForce {}
