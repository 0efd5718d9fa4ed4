package dev.baton.sim;

import dev.baton.contract.Eip;
import dev.baton.contract.Epoch;
import dev.baton.contract.Incarnation;
import dev.baton.contract.Snapshot;
import java.util.ArrayList;
import java.util.List;

/** What the processes did since the laws last looked: not to be seen in any log. */
final class Acts {
    /** One of the things that a law wants to see. */
    sealed interface Act {
        record Began(SimNode node, Incarnation incarnation) implements Act {}

        record Held(SimNode node, Eip eip, Epoch epoch, Incarnation incarnation) implements Act {}

        record LetGo(SimNode node, Eip eip, Kernel.Held held) implements Act {}

        record SpokeLapsed(SimNode node, Incarnation incarnation) implements Act {}

        record Restored(String coordinator, Snapshot snapshot) implements Act {}
    }

    private List<Act> recent = new ArrayList<>();

    void began(SimNode node, Incarnation incarnation) {
        recent.add(new Act.Began(node, incarnation));
    }

    void held(SimNode node, Eip eip, Epoch epoch, Incarnation incarnation) {
        recent.add(new Act.Held(node, eip, epoch, incarnation));
    }

    /** The agent let go of one EIP, because it read that it should. */
    void letGo(SimNode node, Eip eip, Kernel.Held held) {
        recent.add(new Act.LetGo(node, eip, held));
    }

    /** The agent sent a heartbeat, though it knew that its incarnation had lost its lease. */
    void spokeLapsed(SimNode node, Incarnation incarnation) {
        recent.add(new Act.SpokeLapsed(node, incarnation));
    }

    void restored(String coordinator, Snapshot snapshot) {
        recent.add(new Act.Restored(coordinator, snapshot));
    }

    List<Act> recent() {
        return recent;
    }

    void looked() {
        if (!recent.isEmpty()) {
            recent = new ArrayList<>();
        }
    }
}
