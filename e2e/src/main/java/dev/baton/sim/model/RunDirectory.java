package dev.baton.sim.model;

import dev.baton.agent.core.Lineages;
import dev.baton.contract.Eip;
import dev.baton.contract.Epoch;
import dev.baton.contract.Incarnation;
import dev.baton.contract.Timings;
import dev.baton.heartbeat.core.SavedSession;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** What an agent leaves for its next life on the same boot: the same files as the real one, in memory. */
public final class RunDirectory {
    private Optional<SavedSession> session = Optional.empty();
    private SortedMap<Eip, Epoch> epochs = new TreeMap<>();
    private Optional<Timings> timings = Optional.empty();
    private Lineages lineages = Lineages.NONE;
    private boolean refusing;

    public Optional<SavedSession> session() {
        return session;
    }

    /** @return false if it cannot be written: it is as it was before */
    public boolean write(SavedSession written) {
        session = refusing ? session : Optional.of(written);
        return !refusing;
    }

    /** The highest epoch seen of each EIP. */
    public SortedMap<Eip, Epoch> epochs() {
        return epochs;
    }

    /** @return false if they cannot be written: those from before stand */
    public boolean writeEpochs(SortedMap<Eip, Epoch> written) {
        epochs = refusing ? epochs : written;
        return !refusing;
    }

    /** Which lineage the node obeys, and which it has left. */
    public Lineages lineages() {
        return lineages;
    }

    /** @return false if they cannot be written; epochs of a lineage that is left are forgotten first */
    public boolean write(Lineages written) {
        if (!refusing && lineages.obeyed().isPresent() && !lineages.obeyed().equals(written.obeyed())) {
            epochs = new TreeMap<>();
        }
        lineages = refusing ? lineages : written;
        return !refusing;
    }

    /** The disk is full, or read-only. */
    public void refuse(boolean isRefusing) {
        refusing = isRefusing;
    }

    /** The fleet's, as they were read last. */
    public Optional<Timings> timings() {
        return timings;
    }

    public void writeTimings(Timings read) {
        timings = refusing ? timings : Optional.of(read);
    }

    /** As on a machine whose disk was copied: that machine was started since. */
    public void copy(RunDirectory from) {
        timings = from.timings;
        lineages = from.lineages;
        session = from.session.map(SavedSession::withoutLease);
        epochs = from.epochs;
    }

    public void lose() {
        timings = Optional.empty();
        lineages = Lineages.NONE;
        session = Optional.empty();
        epochs = new TreeMap<>();
    }

    @Override
    public String toString() {
        return "#" + session.map(SavedSession::incarnation).orElse(Incarnation.NONE);
    }
}
