package dev.baton.contract;

/** The settings in force from here on, for both folds. */
public record SettingsDeclared(Settings settings) implements LivenessEvent, Declaration {}
