package dev.baton.contract;

/** What {@code baton.heartbeats} holds: the input of the liveness fold. May be nonsense; then ignored and counted. */
public sealed interface LivenessEvent
        permits Heartbeat, DatapathAcknowledged, NodeLeaving, Tick, SettingsDeclared, RulesAdopted, UnreadableRecord {}
