package dev.baton.prober;

import dev.baton.contract.mesh.Locality;
import dev.baton.contract.mesh.ObserverId;
import dev.baton.prober.core.ReportRules;

/**
 * Who asks, and what is told of it.
 *
 * @param firstSequence above all that an earlier process with this observer's name has reported
 * @param seed spreads the probes over their interval; another for each prober, so that they do not ask in step
 */
public record ProberOptions(ObserverId observer, Locality from, long firstSequence, long seed, ReportRules rules) {}
