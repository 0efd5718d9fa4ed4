package dev.baton.failover.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.baton.contract.AckOutcome;
import dev.baton.contract.Assignment;
import dev.baton.contract.Cidr;
import dev.baton.contract.ClusterNetworksDeclared;
import dev.baton.contract.DatapathAcknowledged;
import dev.baton.contract.DatapathFault;
import dev.baton.contract.Declaration;
import dev.baton.contract.DrainRequested;
import dev.baton.contract.Eip;
import dev.baton.contract.EipsAdopted;
import dev.baton.contract.EipsAdopted.AdoptedEip;
import dev.baton.contract.FleetEvent;
import dev.baton.contract.FleetId;
import dev.baton.contract.FleetSnapshot.FleetEip;
import dev.baton.contract.GatewayDeclared;
import dev.baton.contract.GatewayId;
import dev.baton.contract.Holder;
import dev.baton.contract.Incarnation;
import dev.baton.contract.IpAddress;
import dev.baton.contract.IpFamily;
import dev.baton.contract.LabelSelector;
import dev.baton.contract.MacAddress;
import dev.baton.contract.Mark;
import dev.baton.contract.NodeDeclared;
import dev.baton.contract.NodeId;
import dev.baton.contract.NodeLeaving;
import dev.baton.contract.NodeRemoved;
import dev.baton.contract.ParentInterface;
import dev.baton.contract.PhaseReason;
import dev.baton.contract.PolicyDeclared;
import dev.baton.contract.PolicyDeclared.AllocatorPolicy;
import dev.baton.contract.PolicyDeclared.EgressIp;
import dev.baton.contract.PolicyId;
import dev.baton.contract.PolicyRemoved;
import dev.baton.contract.Pool;
import dev.baton.contract.Rules;
import dev.baton.contract.RulesAdopted;
import dev.baton.contract.Sequenced;
import dev.baton.contract.Sequenced.Origin;
import dev.baton.contract.Sequenced.Source;
import dev.baton.contract.Settings;
import dev.baton.contract.SettingsDeclared;
import dev.baton.contract.Tick;
import dev.baton.contract.TunnelAdopted;
import dev.baton.contract.TunnelPhase;
import dev.baton.contract.TunnelPhaseChanged;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Passing over the EIPs that an entry cannot concern decides the same as looking at all of them. */
class SettlingTest {
    private static final MacAddress FOREIGN = new MacAddress("02:00:00:00:00:99");

    private static final int ENTRIES = 4_000;
    private static final int SEEDS = 16;

    private final long[] incarnations = new long[6];

    @Test
    void decidesTheSameAsLookingAtEverything() {
        int decided = 0;
        for (int seed = 0; seed < SEEDS; seed++) {
            decided += compare(new Random(seed), seed);
        }
        assertTrue(decided > 10 * ENTRIES, "only " + decided + " decisions were compared");
    }

    private int compare(Random random, int seed) {
        Arrays.fill(incarnations, 1);
        FleetState state = FleetState.start(new FleetId("test"));
        int decided = 0;
        for (int i = 0; i < ENTRIES; i++) {
            FleetEvent event = event(random, state, i);
            Optional<Origin> origin = event instanceof Tick
                    ? Optional.empty()
                    : Optional.of(
                            new Origin(event instanceof Declaration ? Source.DECLARATIONS : Source.HEARTBEATS, i, 0));
            var entry = new Sequenced(state.fleet(), origin, event);
            Outcome quick = Coordination.step(state, i, entry);
            Outcome whole = Coordination.stepLookingAtAll(state, i, entry);
            String where = "seed " + seed + " entry " + i + " " + event;
            assertEquals(whole.decisions(), quick.decisions(), where);
            assertEquals(
                    whole.state().snapshot(i).eips(), quick.state().snapshot(i).eips(), where);
            assertEquals(whole.state().snapshot(i), quick.state().snapshot(i), where);
            assertEquals(
                    FleetState.of(quick.state().snapshot(i)).uses().toString(),
                    quick.state().uses().toString(),
                    where);
            decided += quick.decisions().size();
            state = quick.state();
        }
        return decided;
    }

    private FleetEvent event(Random random, FleetState state, int i) {
        int n = random.nextInt(incarnations.length);
        var node = new NodeId("node" + n);
        return switch (random.nextInt(24)) {
            case 0 -> gateway(random);
            case 1, 2 -> policy(random);
            case 3 -> new PolicyRemoved(new PolicyId("default", "p" + random.nextInt(8)));
            case 4, 5 ->
                new NodeDeclared(
                        node,
                        new TreeMap<>(Map.of("zone", random.nextInt(5) == 0 ? "none" : "z" + n % 2)),
                        random.nextInt(6) > 0,
                        random.nextInt(6) == 0);
            case 6 -> random.nextInt(4) == 0 ? new NodeRemoved(node) : new DrainRequested(node, random.nextBoolean());
            case 7 ->
                random.nextInt(3) == 0
                        ? random.nextBoolean()
                                ? random.nextInt(4) == 0 ? new RulesAdopted(Rules.NEWEST) : networks(random)
                                : new SettingsDeclared(settings(random.nextBoolean() ? 100 : 50))
                        : new NodeLeaving(node, new Incarnation(incarnations[n]));
            case 8, 9, 10, 11 -> phase(random, n);
            case 14 -> random.nextInt(8) == 0 ? adopted(random) : tunnel(random, node);
            case 12, 13 -> new Tick("t", 1, i, Duration.ofMillis(250));
            default -> acknowledgement(random, state).orElse(new Tick("t", 1, i, Duration.ofMillis(250)));
        };
    }

    private static Settings settings(int maxFailPercent) {
        Settings base = Settings.DEFAULT;
        return base.withMaxFailPercent(maxFailPercent);
    }

    private static FleetEvent networks(Random random) {
        return new ClusterNetworksDeclared(
                List.of(),
                List.of(Cidr.parse("10.6." + random.nextInt(4) + ".0/31")),
                List.of(Cidr.parse("10.6." + random.nextInt(4) + ".3/32")));
    }

    private static FleetEvent gateway(Random random) {
        int g = random.nextInt(2);
        String pool = "10.6." + g + ".1-10.6." + g + "." + (2 + random.nextInt(3));
        return new GatewayDeclared(
                new GatewayId("gw" + g),
                g == 0,
                Pool.parse("ipv4", IpFamily.V4, List.of(pool)),
                // In the second gateway, an adoption may pair addresses otherwise.
                g == 0 ? Pool.EMPTY : Pool.parse("ipv6", IpFamily.V6, List.of(pool.replace("10.6.1.", "fd00::"))),
                Optional.empty(),
                Optional.empty(),
                new LabelSelector(
                        new TreeMap<>(Map.of("zone", random.nextInt(6) == 0 ? "z" + (1 - g) : "z" + g)), List.of()));
    }

    private static FleetEvent adopted(Random random) {
        int g = random.nextInt(2);
        var lines = new ArrayList<AdoptedEip>();
        for (int line = 0; line < 3; line++) {
            Optional<IpAddress> ipv6 = Optional.of(IpAddress.parse("fd00::" + (1 + random.nextInt(3))));
            var eip = Eip.of(
                    Optional.of(IpAddress.parse("10.6." + g + "." + (1 + random.nextInt(3)))),
                    g == 0 ? Optional.empty() : ipv6);
            var policies = random.ints(2, 0, 8)
                    .mapToObj(p -> new PolicyId("default", "p" + p))
                    .toList();
            lines.add(new AdoptedEip(eip, Optional.of(new NodeId("node" + random.nextInt(6))), policies));
        }
        return new EipsAdopted(new GatewayId("gw" + g), lines);
    }

    private static FleetEvent tunnel(Random random, NodeId node) {
        int number = 1 + random.nextInt(9);
        return new TunnelAdopted(
                node,
                Optional.of(new Mark(Mark.BASE + number)),
                Optional.empty(),
                Optional.of(IpAddress.parse("172.31.0." + (1 + random.nextInt(9)))),
                Optional.empty());
    }

    private static FleetEvent policy(Random random) {
        int p = random.nextInt(8);
        var allocator = p % 2 == 0 ? AllocatorPolicy.RR : AllocatorPolicy.DEFAULT;
        return new PolicyDeclared(
                new PolicyId("default", "p" + p),
                Optional.of(new GatewayId("gw" + p % 3 % 2)),
                new EgressIp(Optional.empty(), Optional.empty(), p == 7, allocator),
                List.of(),
                new LabelSelector(new TreeMap<>(Map.of("app", "a" + random.nextInt(3))), List.of()),
                List.of(),
                Optional.empty(),
                random.nextInt(3));
    }

    private FleetEvent phase(Random random, int n) {
        TunnelPhase phase = switch (random.nextInt(6)) {
            case 0 -> TunnelPhase.HEARTBEAT_TIMEOUT;
            case 1 -> TunnelPhase.FAILED;
            case 2 -> {
                incarnations[n]++;
                yield TunnelPhase.INIT;
            }
            default -> TunnelPhase.READY;
        };
        return new TunnelPhaseChanged(
                new NodeId("node" + n),
                new Incarnation(incarnations[n]),
                phase,
                PhaseReason.DATAPATH_READY,
                DatapathFault.NONE,
                0,
                parent(random, n),
                Optional.empty(),
                Rules.NEWEST,
                0,
                Duration.ZERO);
    }

    /** Which now and then gains or loses an interface in one of the pools' networks. */
    private static Optional<ParentInterface> parent(Random random, int n) {
        var networks = Stream.of("10.6.0.0/24", "10.6.1.0/24", "192.0.2.0/24")
                .filter(_ -> random.nextInt(4) > 0)
                .map(Cidr::parse)
                .toList();
        return random.nextInt(5) == 0
                ? Optional.empty()
                : Optional.of(
                        new ParentInterface("eth0", Optional.of(IpAddress.parse("192.0.2." + n)), Optional.empty())
                                .withNetworks(networks, List.of()));
    }

    /** Of some EIP that is on its way; now and then a failure. */
    private static Optional<FleetEvent> acknowledgement(Random random, FleetState state) {
        List<Assignment> asked = state.eips().values().stream()
                .map(FleetEip::assignment)
                .filter(eip -> eip.holder().isPresent())
                .toList();
        if (asked.isEmpty()) {
            return Optional.empty();
        }
        Assignment eip = asked.get(random.nextInt(asked.size()));
        Holder who = eip.successor()
                .filter(_ -> random.nextInt(3) > 0)
                .or(eip::holder)
                .orElseThrow();
        AckOutcome outcome = switch (eip.step()) {
            case PREPARE -> AckOutcome.PREPARED;
            case RELEASE -> AckOutcome.WITHDRAWN;
            case ACQUIRE, HELD, WAITING -> AckOutcome.APPLIED;
        };
        boolean fails = random.nextInt(8) == 0;
        return Optional.of(new DatapathAcknowledged(
                who.node(),
                who.incarnation(),
                eip.eip(),
                eip.epoch(),
                fails ? AckOutcome.FAILED : outcome,
                fails ? DatapathFault.ADDRESS : DatapathFault.NONE,
                fails && random.nextBoolean() ? Optional.of(FOREIGN) : Optional.empty(),
                Duration.ofMillis(3)));
    }
}
