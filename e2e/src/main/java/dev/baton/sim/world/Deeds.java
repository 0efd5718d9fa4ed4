package dev.baton.sim.world;

import dev.baton.contract.Eip;
import dev.baton.contract.Epoch;
import dev.baton.contract.Excerpt;
import dev.baton.contract.Incarnation;
import dev.baton.contract.Snapshot;
import dev.baton.sim.model.Kernel;
import java.util.ArrayList;
import java.util.List;

/** What the processes did since the laws last looked: not to be seen in any log. */
public final class Deeds {
    /** One of the things that a law wants to see. */
    public sealed interface Deed {
        record Began(SimNode node, Incarnation incarnation) implements Deed {}

        record Held(SimNode node, Eip eip, Epoch epoch, Incarnation incarnation) implements Deed {}

        record LetGo(SimNode node, Eip eip, Kernel.Held held) implements Deed {}

        record AnsweredApplied(SimNode node, Eip eip, Epoch epoch) implements Deed {}

        record SpokeLapsed(SimNode node, Incarnation incarnation) implements Deed {}

        record Kept(Excerpt excerpt) implements Deed {}

        record Restored(String coordinator, Snapshot snapshot) implements Deed {}
    }

    private List<Deed> recent = new ArrayList<>();

    void began(SimNode node, Incarnation incarnation) {
        recent.add(new Deed.Began(node, incarnation));
    }

    void held(SimNode node, Eip eip, Epoch epoch, Incarnation incarnation) {
        recent.add(new Deed.Held(node, eip, epoch, incarnation));
    }

    /** The agent let go of one EIP in the life in which it held it, because it read that it should. */
    void letGo(SimNode node, Eip eip, Kernel.Held held) {
        recent.add(new Deed.LetGo(node, eip, held));
    }

    /** The agent answered that it holds the EIP. */
    void answeredApplied(SimNode node, Eip eip, Epoch epoch) {
        recent.add(new Deed.AnsweredApplied(node, eip, epoch));
    }

    /** The agent sent a heartbeat, though it knew that its incarnation had lost its lease. */
    void spokeLapsed(SimNode node, Incarnation incarnation) {
        recent.add(new Deed.SpokeLapsed(node, incarnation));
    }

    /** A coordinator keeps what it changed a node's phase by. */
    void kept(Excerpt excerpt) {
        recent.add(new Deed.Kept(excerpt));
    }

    void restored(String coordinator, Snapshot snapshot) {
        recent.add(new Deed.Restored(coordinator, snapshot));
    }

    public List<Deed> recent() {
        return recent;
    }

    public void looked() {
        if (!recent.isEmpty()) {
            recent = new ArrayList<>();
        }
    }
}
