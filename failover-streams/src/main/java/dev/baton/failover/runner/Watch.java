package dev.baton.failover.runner;

import dev.baton.contract.FleetEvent;
import dev.baton.contract.FleetId;
import dev.baton.failover.core.Ignored;
import dev.baton.failover.core.Outcome;
import java.time.Duration;

/** Hears what the tasks do, for logs and counters; changes nothing. Called on the stream thread. */
public interface Watch {
    /** The liveness fold put an event into the fleet log. */
    void sequenced(FleetId fleet, long cause, FleetEvent event);

    /** The coordination fold folded an entry. */
    void decided(FleetId fleet, long cause, Outcome outcome);

    /** An observation changed nothing. */
    void ignored(FleetId fleet, String log, long offset, Ignored why);

    /** Bytes that are no record were passed over; the same bytes are passed over in every replay. */
    void undecodable(String log, long offset, String why);

    /** A task stands where its predecessor stood, and has said all of it again. */
    void restored(String task, int partition, long offset, long entries, Duration took);

    Watch SILENT = new Silent();

    /** Tells nobody. */
    class Silent implements Watch {
        @Override
        public void sequenced(FleetId fleet, long cause, FleetEvent event) {}

        @Override
        public void decided(FleetId fleet, long cause, Outcome outcome) {}

        @Override
        public void ignored(FleetId fleet, String log, long offset, Ignored why) {}

        @Override
        public void undecodable(String log, long offset, String why) {}

        @Override
        public void restored(String task, int partition, long offset, long entries, Duration took) {}
    }
}
