package dev.baton.sim;

import dev.baton.contract.Eip;
import dev.baton.contract.Epoch;
import dev.baton.contract.Incarnation;
import dev.baton.heartbeat.core.SavedSession;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** What an agent leaves for its next life on the same boot: the same files as the real one, in memory. */
final class RunDirectory {
    private Optional<SavedSession> session = Optional.empty();
    private SortedMap<Eip, Epoch> epochs = new TreeMap<>();

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

    void lose() {
        session = Optional.empty();
        epochs = new TreeMap<>();
    }

    @Override
    public String toString() {
        return "#" + session.map(SavedSession::incarnation).orElse(Incarnation.NONE);
    }
}
