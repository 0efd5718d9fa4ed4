package dev.baton.failover.core;

import dev.baton.contract.AckOutcome;
import dev.baton.contract.Decision;
import dev.baton.contract.DrainRequested;
import dev.baton.contract.EipMoveRequested;
import dev.baton.contract.Incarnation;
import dev.baton.contract.IpAddress;
import dev.baton.contract.NodeId;
import dev.baton.contract.NodeLeaving;
import dev.baton.contract.PolicyDeclared.AllocatorPolicy;
import dev.baton.contract.PolicyId;
import dev.baton.contract.PolicyRemoved;
import dev.baton.contract.RebalanceRequested;
import dev.baton.contract.Settings;
import dev.baton.contract.SettingsDeclared;
import dev.baton.contract.TunnelPhase;
import dev.baton.failover.replay.Sentences;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Plays a story that is written as text. Lines that begin with {@code #} are for the reader, lines that begin with
 * {@code >} are commands, and all others are the transcript: the entries that a command appends to the fleet log, and
 * under each what the coordinator decides. Playing a story gives the same text again.
 *
 * <pre>
 * > a fleet of 3 nodes, node1 holds 10.6.1.55
 * > gateway 10.6.1.55-10.6.1.60       > policy p              > policy p removed
 * > node1 joins                       > node1 leaves          > node1 is silent | failed | ready | back
 * > drain node1                       > end drain of node1    > cordon node1
 * > move 10.6.1.55 to node2           > rebalance             > brake at 50 %
 * > 10.6.1.55 PREPARED                (the node that is asked answers)      > 3 s pass
 * </pre>
 */
final class StoryScript {
    private final FleetStory story = new FleetStory();
    private final long[] incarnations = new long[10];
    private final List<String> text = new ArrayList<>();

    static String play(List<String> lines) {
        var script = new StoryScript();
        for (String line : lines) {
            if (line.startsWith("#") || line.isBlank() && !script.endsBlank()) {
                script.text.add(line);
            } else if (line.startsWith("> ")) {
                script.command(line);
            }
        }
        return String.join("\n", script.text).stripTrailing() + "\n";
    }

    private boolean endsBlank() {
        return text.isEmpty() || text.getLast().isBlank();
    }

    private void command(String line) {
        int from = story.log.size();
        text.add(line);
        if (line.startsWith("> a fleet of ")) {
            fleet(line);
            text.add("    (fleet@0 to fleet@" + (story.log.size() - 1) + ", as in story 01)");
            text.add("");
            return;
        }
        perform(line.substring(2).split(" "));
        int ticks = 0;
        for (int i = from; i < story.log.size(); i++) {
            List<Decision> decided = story.decided.get(i);
            boolean quietTick = decided.isEmpty() && line.endsWith(" pass");
            ticks += quietTick ? 1 : 0;
            if (!quietTick) {
                text.add("fleet@" + i + " " + Sentences.cause(story.log.get(i)));
                decided.forEach(this::decision);
                if (decided.isEmpty()) {
                    text.add("    (no decision)");
                }
            }
        }
        if (ticks > 0) {
            text.add("    (" + ticks + " ticks without a decision)");
        }
        text.add("");
    }

    /** {@code > a fleet of 3 nodes, node1 holds 10.6.1.55} */
    private void fleet(String line) {
        int nodes = Integer.parseInt(line.split(" ")[4]);
        String eip = line.substring(line.lastIndexOf(' ') + 1);
        story.gateway(eip);
        node(1, "joins");
        story.policy("p", AllocatorPolicy.DEFAULT);
        for (int n = 2; n <= nodes; n++) {
            node(n, "joins");
        }
        story.answer(eip, AckOutcome.APPLIED);
    }

    private void decision(Decision decision) {
        String said =
                decision instanceof Decision.EipAssigned assigned ? Sentences.step(assigned) : Sentences.of(decision);
        said.lines().forEach(line -> text.add("    " + line));
    }

    private void perform(String[] words) {
        switch (words[0]) {
            case "gateway" -> story.gateway(words[1]);
            case "policy" -> policy(words);
            case "drain" -> story.tell(new DrainRequested(new NodeId(words[1]), true));
            case "end" -> story.tell(new DrainRequested(new NodeId(words[3]), false));
            case "cordon" -> story.cordon(number(words[1]), true);
            case "move" -> story.tell(new EipMoveRequested(IpAddress.parse(words[1]), new NodeId(words[3])));
            case "rebalance" -> story.tell(new RebalanceRequested(FleetStory.GATEWAY));
            case "brake" ->
                story.tell(new SettingsDeclared(Settings.DEFAULT.withMaxFailPercent(Integer.parseInt(words[2]))));
            default -> nodeOrEip(words);
        }
    }

    private void nodeOrEip(String[] words) {
        if (words[0].startsWith("node")) {
            node(number(words[0]), words[words.length - 1]);
        } else if (words.length == 2) {
            story.answer(words[0], AckOutcome.valueOf(words[1]));
        } else if (words.length == 3 && words[1].equals("s") && words[2].equals("pass")) {
            story.ticks(Duration.ofSeconds(Long.parseLong(words[0])).minus(FleetStory.TICK));
        } else {
            throw new IllegalArgumentException("no command: " + String.join(" ", words));
        }
    }

    private void policy(String[] words) {
        if (words.length == 2) {
            story.policy(words[1], AllocatorPolicy.DEFAULT);
        } else if (words[2].equals("rr")) {
            story.policy(words[1], AllocatorPolicy.RR);
        } else {
            story.tell(new PolicyRemoved(new PolicyId("default", words[1])));
        }
    }

    private void node(int n, String what) {
        switch (what) {
            case "joins" -> {
                incarnations[n] = 1;
                story.node(n, true);
            }
            case "starts" -> {
                incarnations[n] = 1;
                story.node(n, false);
            }
            case "leaves" -> story.tell(new NodeLeaving(FleetStory.node(n), new Incarnation(incarnations[n])));
            case "silent" -> story.phase(n, incarnations[n], TunnelPhase.HEARTBEAT_TIMEOUT);
            case "failed" -> story.phase(n, incarnations[n], TunnelPhase.FAILED);
            case "ready" -> story.phase(n, incarnations[n], TunnelPhase.READY);
            case "back" -> story.phase(n, ++incarnations[n], TunnelPhase.READY);
            default -> throw new IllegalArgumentException("a node cannot be: " + what);
        }
    }

    private static int number(String node) {
        return Integer.parseInt(node.substring("node".length()));
    }
}
