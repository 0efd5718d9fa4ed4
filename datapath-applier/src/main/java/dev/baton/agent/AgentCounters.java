package dev.baton.agent;

import dev.baton.datapath.Health;
import dev.baton.metrics.Counters;

/** What an agent counts, as of the datapath's last check. */
final class AgentCounters {
    private final Counters counters;

    AgentCounters(Counters counters) {
        this.counters = counters;
    }

    void checked(Health health) {
        counters.set("baton_agent_leaks_stopped_total", health.leaksStopped());
        counters.set("baton_agent_address_conflicts_total", health.addressConflicts());
        newPods("held", health.newPods().held());
        newPods("let_go", health.newPods().letGo());
    }

    private void newPods(String outcome, long packets) {
        counters.set("baton_agent_new_pods_packets_total", packets, "outcome", outcome);
    }
}
