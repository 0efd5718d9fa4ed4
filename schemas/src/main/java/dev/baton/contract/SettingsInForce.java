package dev.baton.contract;

/** The settings that agents obey. */
public record SettingsInForce(Settings settings, long cause) implements TunnelEntry {}
