package dev.baton.bridge;

import dev.baton.bridge.beside.Beside;
import dev.baton.bridge.gate.Hold;
import dev.baton.bridge.gate.WriteGate;
import dev.baton.metrics.Counters;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Opens and closes the gate: in observe mode never, in active mode for as long as it is known that EgressGateway's
 * controller does not run (decision note 0006). Used by the loop's thread only.
 */
final class Guard {
    private static final Logger log = LoggerFactory.getLogger(Guard.class);

    private static final String GAUGE = "baton_bridge_writes_held";

    private final Mode mode;
    private final WriteGate gate;
    private final Beside beside;
    private final Counters counters;
    private final Listener listener;

    private Beside.Verdict verdict = new Beside.Verdict.NotKnown("nothing was read yet");
    private Optional<Optional<Hold>> told = Optional.empty();

    /** Is told of changes, each once. */
    interface Listener {
        /** @param text why, for people */
        void held(Hold hold, String text);

        /** @param before why it was closed until now */
        void opened(Hold before);
    }

    Guard(Mode mode, WriteGate gate, Beside beside, Counters counters, Listener listener) {
        this.mode = mode;
        this.gate = gate;
        this.beside = beside;
        this.counters = counters;
        this.listener = listener;
    }

    Beside.Verdict verdict() {
        return verdict;
    }

    /** @param listed whether all pods were listed */
    void look(boolean listed, long nowNanos) {
        verdict = beside.verdict(listed, nowNanos);
        String text = "";
        switch (mode) {
            case OBSERVE -> gate.close(Hold.OBSERVE_MODE);
            case ACTIVE -> {
                switch (verdict) {
                    case Beside.Verdict.Alive(String evidence) -> {
                        gate.close(Hold.CONTROLLER_ALIVE);
                        text = evidence;
                    }
                    case Beside.Verdict.NotKnown(String reason) -> {
                        gate.close(Hold.NOT_KNOWN_YET);
                        text = reason;
                    }
                    case Beside.Verdict.Gone gone -> gate.open(gone.lasting());
                }
            }
        }
        tell(gate.hold(), text);
    }

    private void tell(Optional<Hold> hold, String text) {
        if (told.equals(Optional.of(hold))) {
            return;
        }
        Hold before = told.flatMap(known -> known).orElse(Hold.NOT_KNOWN_YET);
        told = Optional.of(hold);
        for (Hold each : Hold.values()) {
            counters.set(GAUGE, hold.filter(each::equals).isPresent() ? 1 : 0, "reason", each.name());
        }
        if (hold.isPresent()) {
            log(hold.get(), text);
            listener.held(hold.get(), text);
        } else {
            log.info("event=writes_open");
            listener.opened(before);
        }
    }

    private static void log(Hold hold, String text) {
        switch (hold) {
            case OBSERVE_MODE ->
                log.info("event=writes_held reason={} action=\"read the ConfigMap {}\"", hold, WriteGate.REPORT);
            case NOT_KNOWN_YET -> log.info("event=writes_held reason={} because=\"{}\"", hold, text);
            case CONTROLLER_ALIVE ->
                log.warn(
                        "event=writes_held reason={} because=\"{}\" action=\"two controllers that write the same"
                                + " statuses undo each other's writes: scale that one to 0; this one then begins by"
                                + " itself\"",
                        hold,
                        text);
        }
    }
}
