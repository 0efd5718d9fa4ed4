package dev.baton.agent.core;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.baton.contract.DatapathFault;
import dev.baton.contract.Incarnation;
import dev.baton.contract.Rules;
import dev.baton.contract.Tunnel;
import dev.baton.contract.TunnelPhase;
import dev.baton.heartbeat.core.Lease;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Every phase meets every input. The table is a file that people can read; a change of behaviour is a change of it. */
class AgentStepTableTest {
    private static final String TABLE = "agent-steps.txt";
    private static final String NOT_SHOWN = "Announced, not shown yet";
    private static final Incarnation LAST = new Incarnation(7);
    private static final Incarnation ME = new Incarnation(8);
    private static final long NOW = 1_000 * AgentStory.SECOND;

    private static Map<String, Phase> phases() {
        var phases = new LinkedHashMap<String, Phase>();
        phases.put("Resuming", new Phase.Resuming(ME));
        phases.put("Fencing", new Phase.Fencing(LAST));
        phases.put("Fencing, failed", new Phase.Fencing(LAST, true));
        phases.put("Fenced", new Phase.Fenced(LAST));
        phases.put("CatchingUp", new Phase.CatchingUp(LAST));
        phases.put("Announcing", new Phase.Announcing(LAST, ME));
        phases.put("Announced", new Phase.Announced(ME));
        phases.put(NOT_SHOWN, new Phase.Announced(ME));
        phases.put("Holding", new Phase.Holding(ME));
        phases.put("Ending", new Phase.Ending(true));
        phases.put("Left", new Phase.Left());
        return phases;
    }

    private static Map<String, Input> inputs() {
        var inputs = new LinkedHashMap<String, Input>();
        Lease running = Lease.restored(ME, NOW + AgentStory.SECOND);
        inputs.put("a moment, logs read, lease granted", moment(running, true, false));
        inputs.put("a moment, logs read, lease not granted yet", moment(Lease.of(ME), true, false));
        inputs.put("a moment, logs not read", moment(running, false, false));
        inputs.put("a moment, lease lapsed", moment(Lease.of(ME).lapsed(), true, false));
        inputs.put("a moment, kernel's lease over", moment(Lease.of(ME).lapsed(), true, true));
        inputs.put("news", new Input.News(List.of(), Optional.empty(), 5, Optional.empty(), Rules.FIRST));
        inputs.put("opened", new Input.Opened());
        inputs.put("took over, runs", new Input.TookOver(true));
        inputs.put("took over, runs no more", new Input.TookOver(false));
        inputs.put("withdrawn", new Input.Withdrawn());
        inputs.put("applied", new Input.Applied(new TreeMap<>()));
        inputs.put("lease begun", new Input.LeaseBegun(true));
        inputs.put("lease not begun", new Input.LeaseBegun(false));
        inputs.put("checked, all well", new Input.Checked(DatapathFault.NONE));
        inputs.put("failed to open", failed(new Effect.Open()));
        inputs.put("failed to take over", failed(new Effect.TakeOver(ME)));
        inputs.put("failed to withdraw", failed(new Effect.Withdraw()));
        inputs.put("failed to apply", failed(new Effect.Apply(ME)));
        inputs.put("failed to begin the lease", failed(new Effect.BeginLease(ME)));
        inputs.put("renewal failed", new Input.RenewalFailed(DatapathFault.FIREWALL));
        inputs.put("a moment, logs not readable for long", moment(running, true, true, false));
        inputs.put("another Kafka", new Input.OtherCluster());
        inputs.put("asked to leave", new Input.Leave(NOW + AgentStory.SECOND));
        return inputs;
    }

    private static Input moment(Lease lease, boolean caughtUp, boolean kernelLeaseOver) {
        return moment(lease, caughtUp, false, kernelLeaseOver);
    }

    private static Input moment(Lease lease, boolean caughtUp, boolean deaf, boolean kernelLeaseOver) {
        return new Input.Moment(
                lease,
                caughtUp,
                deaf,
                false,
                Optional.of(AgentStory.HERE),
                false,
                kernelLeaseOver,
                false,
                Instant.ofEpochMilli(5_000));
    }

    private static Input failed(Effect.OnKernel effect) {
        return new Input.Failed(effect, DatapathFault.FIREWALL);
    }

    /** Open, programmed as the incarnation that heartbeats announce, with all that was read obeyed. */
    private static AgentState in(Phase phase, boolean isShown) {
        AgentState state = AgentState.starting(AgentStory.NODE, LAST, Optional.empty(), NOW)
                .with(phase);
        Programmed programmed =
                state.programmed().opened().applied(ME, 4, new TreeMap<>(), NOW).checking(NOW);
        Optional<Tunnel> own =
                isShown ? Optional.of(AgentStory.tunnel(ME, TunnelPhase.READY, AgentStory.HERE, 4)) : Optional.empty();
        var news = new Input.News(List.of(), own, 4, Optional.empty(), Rules.FIRST);
        return state.with(programmed.with(Optional.of(AgentStory.HERE)))
                .with(state.read().after(news, NOW).caughtUp(true).taken());
    }

    private static String row(String input, Phase before, Step step) {
        String effects = step.effects().stream()
                .map(Effects::text)
                .filter(text -> !text.isEmpty())
                .collect(Collectors.joining(", "));
        Phase after = step.state().phase();
        String to = after.equals(before) ? "" : "-> " + text(after);
        String what = Stream.of(effects, to).filter(text -> !text.isEmpty()).collect(Collectors.joining(" "));
        return String.format("  %-44s %s", input, what).stripTrailing();
    }

    private static String text(Phase phase) {
        return phase.toString().replaceAll("[a-zA-Z]+=", "");
    }

    @Test
    void everyPhaseTakesEveryInput() throws IOException {
        var table = new StringBuilder();
        phases().forEach((name, phase) -> {
            table.append(name).append('\n');
            inputs().forEach((input, value) -> {
                boolean shown = phase.announced().isPresent() && !name.equals(NOT_SHOWN);
                Step step = AgentStep.step(in(phase, shown), value, NOW);
                table.append(row(input, phase, step)).append('\n');
            });
        });

        assertEquals(golden(), table.toString());
    }

    private static String golden() throws IOException {
        try (InputStream in = Objects.requireNonNull(AgentStepTableTest.class.getResourceAsStream(TABLE), TABLE)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
