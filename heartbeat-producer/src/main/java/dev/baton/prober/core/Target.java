package dev.baton.prober.core;

import dev.baton.contract.mesh.EndpointAddress;
import dev.baton.contract.mesh.Probe;

/** An endpoint, and how it is asked. */
public record Target(EndpointAddress endpoint, Probe probe) {}
