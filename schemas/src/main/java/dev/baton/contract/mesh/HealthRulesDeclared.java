package dev.baton.contract.mesh;

/** From now on, observations are judged by these. */
public record HealthRulesDeclared(HealthRules rules) implements HealthEvent, MeshDeclaration {}
