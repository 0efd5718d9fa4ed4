package dev.baton.launcher.up;

import dev.baton.agent.Agent;
import dev.baton.contract.Declaration;
import dev.baton.contract.DrainRequested;
import dev.baton.contract.EipMoveRequested;
import dev.baton.contract.FleetSnapshot.FleetEip;
import dev.baton.contract.Holder;
import dev.baton.contract.IpAddress;
import dev.baton.contract.NodeId;
import dev.baton.contract.wire.Logs;
import dev.baton.failover.core.FleetState;
import dev.baton.failover.replay.LogReader;
import dev.baton.failover.replay.Why;
import dev.baton.launcher.Durations;
import dev.baton.launcher.client.Declarer;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;
import picocli.CommandLine.TypeConversionException;

/** The commands that are typed, or piped, at {@code baton up}. */
final class UpConsole {
    static final String HELP =
            "commands: kill NODE|EIP, start NODE, freeze NODE|EIP, thaw NODE, drain NODE, undrain NODE,"
                    + " move EIP NODE, why EIP, stop coordinator, start coordinator, wait DURATION, settle, quit";
    private static final Duration ANSWER = Duration.ofSeconds(15);
    private static final Duration SETTLE = Duration.ofSeconds(60);

    private final AllInOne all;
    private final Screen screen;
    private final Supplier<FleetState> state;
    /** Offset of the newest declaration made here; nothing is settled before it was read back. */
    private long declared = -1;

    UpConsole(AllInOne all, Screen screen, Supplier<FleetState> state) {
        this.all = all;
        this.screen = screen;
        this.state = state;
    }

    /** Executes one line; returns false if it was {@code quit}. */
    boolean obey(String line) throws InterruptedException, IOException {
        String[] words = line.strip().split("\\s+");
        if (words[0].isEmpty()) {
            return true;
        }
        screen.line("> " + line.strip());
        try {
            return obey(words);
        } catch (IllegalArgumentException | IllegalStateException | TypeConversionException e) {
            screen.line("error: " + e.getMessage());
            return true;
        }
    }

    private boolean obey(String[] words) throws InterruptedException, IOException {
        switch (words[0]) {
            case "kill" -> agent(words).kill();
            case "freeze" -> agent(words).freeze();
            case "thaw" -> agent(words).thaw();
            case "start" -> start(argument(words, 1, "NODE, or coordinator"));
            case "stop" -> {
                if (!argument(words, 1, "coordinator").equals("coordinator")) {
                    throw new IllegalArgumentException("stop takes: coordinator");
                }
                all.stopCoordinator();
            }
            case "drain" -> declare(new DrainRequested(node(words, 1), true));
            case "undrain" -> declare(new DrainRequested(node(words, 1), false));
            case "move" -> declare(new EipMoveRequested(IpAddress.parse(argument(words, 1, "EIP")), node(words, 2)));
            case "why" -> why(IpAddress.parse(argument(words, 1, "EIP")));
            case "wait" ->
                Thread.sleep(Durations.parse(argument(words, 1, "DURATION")).toMillis());
            case "settle" -> settle();
            case "help" -> screen.line(HELP);
            case "quit", "exit" -> {
                return false;
            }
            default -> throw new IllegalArgumentException("\"" + words[0] + "\" is not known; " + HELP);
        }
        return true;
    }

    private void start(String what) throws InterruptedException, IOException {
        if (what.equals("coordinator")) {
            all.startCoordinator();
        } else {
            agent(new String[] {"start", what});
            all.startAgent(new NodeId(what));
        }
    }

    private Agent agent(String[] words) {
        String what = argument(words, 1, "NODE, or an EIP for its holder");
        NodeId node = isAddress(what) ? holder(IpAddress.parse(what)) : new NodeId(what);
        return all.agent(node)
                .orElseThrow(() -> new IllegalArgumentException("NODE: \"" + node + "\" does not run here"));
    }

    private static boolean isAddress(String text) {
        return text.contains(":") || text.matches("[0-9.]+");
    }

    private NodeId holder(IpAddress address) {
        return state.get().eips().values().stream()
                .map(FleetEip::assignment)
                .filter(assignment -> assignment.eip().has(address))
                .flatMap(assignment -> assignment.holder().stream())
                .map(Holder::node)
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("EIP: no node holds " + address));
    }

    private static NodeId node(String[] words, int at) {
        return new NodeId(argument(words, at, "NODE"));
    }

    private static String argument(String[] words, int at, String name) {
        if (words.length <= at) {
            throw new IllegalArgumentException(words[0] + " takes: " + name);
        }
        return words[at];
    }

    private void declare(Declaration declaration) throws InterruptedException {
        try (var declarer = new Declarer(all.client(), all.codec(), AllInOne.FLEET)) {
            for (Declarer.Answer answer : declarer.declare(List.of(declaration), ANSWER)) {
                screen.line(answer.refused()
                        .map(no -> "refused " + no.subject() + ": " + no.reason() + ": " + no.detail())
                        .orElse("accepted"));
                declared = Math.max(declared, answer.offset());
            }
        }
    }

    private void why(IpAddress address) {
        try (var reader = new LogReader(all.client(), all.codec(), AllInOne.FLEET)) {
            List<String> steps = Why.of(address, reader.read(Logs.FLEET), reader.read(Logs.DECISIONS));
            if (steps.isEmpty()) {
                throw new IllegalArgumentException("no decision names " + address);
            }
            steps.forEach(screen::line);
        }
    }

    /** Waits until nothing is about to move, or for a minute. */
    private void settle() throws InterruptedException {
        long deadline = System.nanoTime() + SETTLE.toNanos();
        List<String> open = Unsettled.in(state.get(), all, declared);
        while (!open.isEmpty()) {
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException(
                        "not settled within " + Durations.text(SETTLE) + ": " + String.join(", ", open));
            }
            Thread.sleep(20);
            open = Unsettled.in(state.get(), all, declared);
        }
        screen.line("settled");
    }
}
