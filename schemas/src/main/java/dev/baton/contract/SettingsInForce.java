package dev.baton.contract;

/**
 * The settings that agents obey.
 *
 * @param rules by which the log is folded
 */
public record SettingsInForce(Settings settings, Rules rules, long cause) implements TunnelEntry {}
