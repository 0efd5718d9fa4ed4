package dev.baton.sim;

import dev.baton.contract.Eip;
import dev.baton.contract.Epoch;
import dev.baton.contract.Incarnation;
import dev.baton.contract.Timings;
import dev.baton.heartbeat.core.SavedSession;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** What an agent leaves for its next life on the same boot: the same files as the real one, in memory. */
final class RunDirectory {
    private Optional<SavedSession> session = Optional.empty();
    private SortedMap<Eip, Epoch> epochs = new TreeMap<>();
    private Optional<Timings> timings = Optional.empty();

    Optional<SavedSession> session() {
        return session;
    }

    void write(SavedSession written) {
        session = Optional.of(written);
    }

    /** The highest epoch seen of each EIP. */
    SortedMap<Eip, Epoch> epochs() {
        return epochs;
    }

    void writeEpochs(SortedMap<Eip, Epoch> written) {
        epochs = written;
    }

    /** The fleet's, as they were read last. */
    Optional<Timings> timings() {
        return timings;
    }

    void writeTimings(Timings read) {
        timings = Optional.of(read);
    }

    void lose() {
        timings = Optional.empty();
        session = Optional.empty();
        epochs = new TreeMap<>();
    }

    @Override
    public String toString() {
        return "#" + session.map(SavedSession::incarnation).orElse(Incarnation.NONE);
    }
}
