package dev.baton.launcher.lab;

import dev.baton.contract.AssignmentStep;
import dev.baton.contract.Decision;
import dev.baton.contract.Decision.EipAssigned;
import dev.baton.contract.Holder;
import dev.baton.contract.IpAddress;
import dev.baton.contract.MacAddress;
import dev.baton.contract.NodeId;
import dev.baton.contract.TunnelPhase;
import dev.baton.contract.TunnelPhaseChanged;
import dev.baton.launcher.lab.Fleet.Logbook;
import dev.baton.launcher.lab.Report.Phases;
import dev.baton.launcher.lab.Scenario.Struck;
import dev.baton.launcher.lab.probe.PodTraffic;
import dev.baton.launcher.lab.probe.ProbeStream;
import dev.baton.launcher.lab.probe.SegmentWatch;
import dev.baton.launcher.lab.probe.SegmentWatch.Run;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/** Plays scenarios, and reports what was seen from outside: by the external server and on the segment. */
public final class Judge {
    /**
     * How much longer than the outage a connection may stall: TCP doubles its pauses, and a busy machine answers
     * late.
     */
    private static final Duration RETRANSMISSION = Duration.ofMillis(1500);

    private final Lab lab;

    public Judge(Lab lab) {
        this.lab = lab;
    }

    public Report play(Scenario scenario) {
        lab.awaitReady();
        lab.renewFlows(Network.nodes());
        lab.awaitFlowing(Network.nodes());
        NodeId before = lab.holder().orElseThrow();
        lab.segment().begin();
        Moment begin = Moment.now();
        Struck struck = scenario.fault().play(lab);
        Moment end = Moment.now();
        lab.awaitFlowing(Network.nodes()); // so that everything that was sent before the end has arrived or is lost
        return report(scenario, struck, before, begin, end);
    }

    private Report report(Scenario scenario, Struck struck, NodeId before, Moment begin, Moment end) {
        Logbook book = lab.fleet().read();
        List<NodeId> holders = holders(book, before, begin.wall());
        SortedMap<IpAddress, List<Run>> runs = lab.segment().runs();
        List<MacAddress> macs = holders.stream().map(Network::mac).toList();
        long outOfTurn = runs.values().stream()
                .mapToLong(list -> SegmentWatch.outOfTurn(list, macs))
                .sum();
        var traffic = new Traffic(scenario, struck, begin, end);
        Optional<Phases> phases = scenario.moves() ? phases(book, struck, runs) : Optional.empty();
        var violated = new ArrayList<String>(traffic.violated());
        if (outOfTurn > 0) {
            violated.add(outOfTurn + " frames with the EIP from a node that did not hold it: " + runs);
        }
        boolean moved = holders.size() > 1;
        if (scenario.moves() && !moved) {
            violated.add("the EIP did not move");
        }
        if (scenario.stays() && moved) {
            violated.add("the EIP moved: " + holders);
        }
        return new Report(
                scenario.name(),
                violated,
                holders.stream().map(NodeId::value).toList(),
                traffic.sources(),
                traffic.lost(),
                traffic.gap().toMillis(),
                traffic.gaps(),
                phases,
                quiet(runs),
                outOfTurn,
                traffic.wrong(),
                lab.segment().longestWrong().toMillis(),
                traffic.stall().toMillis(),
                traffic.resets());
    }

    /** The holders of the EIP, in order. */
    private static List<NodeId> holders(Logbook book, NodeId before, Instant since) {
        var holders = new ArrayList<>(List.of(before));
        book.decisions().stream()
                .filter(entry -> !entry.at().isBefore(since.minusMillis(1)))
                .flatMap(entry -> acquired(entry.value().decision()).stream())
                .forEach(holder -> {
                    if (!holders.getLast().equals(holder)) {
                        holders.add(holder);
                    }
                });
        return holders;
    }

    private static Optional<NodeId> acquired(Decision decision) {
        return decision instanceof EipAssigned assigned
                        && assigned.assignment().step() == AssignmentStep.ACQUIRE
                        && assigned.assignment().eip().has(Lab.EIP4)
                ? assigned.assignment().holder().map(Holder::node)
                : Optional.empty();
    }

    /** Empty for a planned move, where there is nothing to detect. */
    static Optional<Phases> phases(Logbook book, Struck struck, SortedMap<IpAddress, List<Run>> runs) {
        Instant fault = struck.at().wall();
        Optional<Instant> detected = book.fleet().stream()
                .filter(entry -> entry.at().isAfter(fault)
                        && entry.value().event() instanceof TunnelPhaseChanged changed
                        && changed.node().equals(struck.holder())
                        && changed.phase() == TunnelPhase.HEARTBEAT_TIMEOUT)
                .map(entry -> entry.at())
                .findFirst();
        Optional<Instant> decided = book.decisions().stream()
                .filter(entry -> entry.at().isAfter(fault)
                        && acquired(entry.value().decision())
                                .filter(node -> !node.equals(struck.holder()))
                                .isPresent())
                .map(entry -> entry.at())
                .findFirst();
        MacAddress former = Network.mac(struck.holder());
        Optional<Instant> sent = SegmentWatch.of(runs, Lab.EIP4).stream()
                .filter(run -> !run.from().equals(former))
                .map(Run::first)
                .findFirst();
        if (detected.isEmpty() || decided.isEmpty() || sent.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(new Phases(
                Duration.between(fault, detected.get()).toMillis(),
                Duration.between(detected.get(), decided.get()).toMillis(),
                Duration.between(decided.get(), sent.get()).toMillis()));
    }

    /** Negative if two nodes sent at once. */
    private static Optional<Long> quiet(SortedMap<IpAddress, List<Run>> runs) {
        List<Run> list = SegmentWatch.of(runs, Lab.EIP4);
        return list.size() < 2
                ? Optional.empty()
                : Optional.of(Duration.between(list.get(0).last(), list.get(1).first())
                        .toMillis());
    }

    /** The pods' traffic during one scenario. */
    private final class Traffic {
        private final Scenario scenario;
        private final Moment begin;
        private final Moment end;
        private final List<PodTraffic> all;
        private final List<PodTraffic> judged;

        Traffic(Scenario scenario, Struck struck, Moment begin, Moment end) {
            this.scenario = scenario;
            this.begin = begin;
            this.end = end;
            this.all = Network.nodes().stream().map(lab::pod).toList();
            this.judged = Network.nodes().stream()
                    .filter(node -> !struck.exempt().contains(node))
                    .map(lab::pod)
                    .toList();
        }

        private List<ProbeStream.Loss> losses() {
            return judged.stream()
                    .flatMap(pod -> pod.streams().stream())
                    .map(stream -> stream.loss(begin.nanos(), end.nanos()))
                    .toList();
        }

        long lost() {
            return losses().stream().mapToLong(ProbeStream.Loss::probes).sum();
        }

        /** By pod, IPv4 and then IPv6. */
        SortedMap<String, List<Long>> gaps() {
            var gaps = new TreeMap<String, List<Long>>();
            for (PodTraffic pod : judged) {
                gaps.put(
                        pod.name(),
                        pod.streams().stream()
                                .map(stream -> stream.loss(begin.nanos(), end.nanos())
                                        .longest()
                                        .toMillis())
                                .toList());
            }
            return gaps;
        }

        Duration gap() {
            return losses().stream()
                    .map(ProbeStream.Loss::longest)
                    .max(Duration::compareTo)
                    .orElse(Duration.ZERO);
        }

        Duration stall() {
            return judged.stream()
                    .map(pod -> pod.longestStall(begin.nanos(), end.nanos()))
                    .max(Duration::compareTo)
                    .orElse(Duration.ZERO);
        }

        int resets() {
            return judged.stream()
                    .mapToInt(pod -> pod.resets(begin.nanos(), end.nanos()))
                    .sum();
        }

        /** Counted on the wire, or, if the capture missed frames, at the server. */
        long wrong() {
            long seen =
                    lab.server().connections().wrong(begin.nanos(), end.nanos()).size();
            for (PodTraffic pod : all) {
                for (ProbeStream stream : pod.streams()) {
                    seen += stream.sightings().wrong(begin.nanos(), end.nanos()).size();
                }
            }
            return Math.max(seen, lab.segment().wrongCount());
        }

        List<String> sources() {
            var sources = new TreeSet<>(lab.server().connections().sources(begin.nanos(), end.nanos()));
            for (PodTraffic pod : all) {
                for (ProbeStream stream : pod.streams()) {
                    sources.addAll(stream.sightings().sources(begin.nanos(), end.nanos()));
                }
            }
            return sources.stream().map(IpAddress::toString).toList();
        }

        List<String> violated() {
            var violated = new ArrayList<String>();
            Duration wrongFor = lab.segment().longestWrong();
            if (wrong() > 0) {
                violated.add(wrong() + " packets with a wrong source, " + wrongFor.toMillis() + " ms: "
                        + lab.segment().firstWrong());
            }
            Duration most = scenario.longestGap(lab);
            if (gap().compareTo(most) > 0) {
                violated.add("a gap of " + gap().toMillis() + " ms, at most " + most.toMillis() + " ms are allowed");
            }
            if (resets() > 0) {
                violated.add(resets() + " connections were reset");
            }
            Duration patience = gap().multipliedBy(2).plus(RETRANSMISSION);
            if (stall().compareTo(patience) > 0) {
                violated.add("established connections stalled for " + stall().toMillis() + " ms, with a gap of "
                        + gap().toMillis() + " ms");
            }
            return violated;
        }
    }
}
