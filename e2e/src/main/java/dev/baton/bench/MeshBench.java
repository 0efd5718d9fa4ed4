package dev.baton.bench;

import dev.baton.contract.FleetId;
import dev.baton.contract.Tick;
import dev.baton.contract.mesh.Caller;
import dev.baton.contract.mesh.Calls;
import dev.baton.contract.mesh.Destination;
import dev.baton.contract.mesh.DestinationId;
import dev.baton.contract.mesh.EndpointAddress;
import dev.baton.contract.mesh.HealthEvent;
import dev.baton.contract.mesh.HealthReport.ProbeReported;
import dev.baton.contract.mesh.HealthVerdict;
import dev.baton.contract.mesh.Locality;
import dev.baton.contract.mesh.Member;
import dev.baton.contract.mesh.MemberId;
import dev.baton.contract.mesh.MeshDeclaration;
import dev.baton.contract.mesh.MeshEntry;
import dev.baton.contract.mesh.MeshEvent;
import dev.baton.contract.mesh.Mode;
import dev.baton.contract.mesh.ObserverId;
import dev.baton.contract.mesh.Readiness;
import dev.baton.contract.mesh.Ticked;
import dev.baton.failover.health.Health;
import dev.baton.failover.health.HealthState;
import dev.baton.failover.routing.MeshState;
import dev.baton.failover.routing.Routing;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/** How fast the folds of a large mesh are: 1,000 destinations of 10 backends, with one endpoint each. */
final class MeshBench {
    private static final int DESTINATIONS = 1_000;
    private static final int MEMBERS = 10;
    private static final int CHANGES = 20_000;
    private static final int TICKS = 100;
    private static final FleetId MESH = new FleetId("bench");

    private MeshState routing = MeshState.start(MESH);
    private HealthState health = HealthState.start(MESH);
    private long offset;
    private long sequence;
    private long ticks;

    static void run(PrintWriter out) {
        var bench = new MeshBench();
        out.println("settings: " + DESTINATIONS + " destinations, " + MEMBERS + " backends each, 2 callers");
        out.println(bench.rate("declarations", DESTINATIONS * (MEMBERS + 1) + 2, bench::declare));
        for (int round = 1; round <= 3; round++) {
            out.println(bench.rate("changes of health, round " + round, CHANGES, bench::changes));
        }
        out.println(
                bench.rate("probe reports, both rounds of two probers", 4L * DESTINATIONS * MEMBERS, bench::reports));
        out.println(bench.rate("ticks of the health fold", TICKS, bench::ticks));
        out.println("memory: " + Machine.memory(ProcessHandle.current().pid()));
        out.flush();
    }

    private String rate(String what, long count, Runnable work) {
        long began = System.nanoTime();
        work.run();
        double seconds = (System.nanoTime() - began) / 1e9;
        return String.format(
                Locale.ROOT,
                "%s: %d in %.2f s, %.0f a second, %.1f us each",
                what,
                count,
                seconds,
                count / seconds,
                seconds / count * 1e6);
    }

    private static EndpointAddress endpoint(int destination, int member) {
        return new EndpointAddress("10." + destination / 250 + "." + destination % 250 + "." + (member + 1), 80);
    }

    private static MemberId member(int destination, int member) {
        return new MemberId("backend/d" + destination + "/m" + member);
    }

    private void fold(MeshEvent event) {
        routing = Routing.step(routing, offset++, new MeshEntry(MESH, Optional.empty(), event))
                .state();
    }

    private void hear(HealthEvent event) {
        health = Health.step(health, event).state();
    }

    private void declare() {
        for (String region : new String[] {"r1", "r2"}) {
            fold(new MeshDeclaration.CallerDeclared(new Caller(new Locality(region, ""), new TreeMap<>())));
        }
        for (int destination = 0; destination < DESTINATIONS; destination++) {
            var weights = new TreeMap<MemberId, Integer>();
            for (int member = 0; member < MEMBERS; member++) {
                MemberId id = member(destination, member);
                weights.put(id, 1);
                fold(new MeshDeclaration.MemberDeclared(new Member(
                        id,
                        Locality.UNKNOWN,
                        new TreeMap<>(),
                        new TreeSet<>(),
                        member / 5,
                        new TreeMap<>(Map.of(endpoint(destination, member), Readiness.READY)))));
            }
            fold(new MeshDeclaration.DestinationDeclared(new Destination(
                    new DestinationId("d" + destination),
                    Optional.empty(),
                    new Mode.ActivePassive(weights),
                    Optional.empty(),
                    Calls.ANY,
                    new TreeSet<>())));
        }
    }

    /** Each endpoint fails, and passes at the next change. */
    private void changes() {
        for (int i = 0; i < CHANGES; i++) {
            HealthVerdict verdict = i % 2 == 0 ? new HealthVerdict.Failing() : new HealthVerdict.Passing();
            fold(new MeshEvent.EndpointHealthChanged(endpoint(i / 2 % DESTINATIONS, i / 2 % MEMBERS), verdict));
        }
    }

    private void reports() {
        for (int round = 0; round < 2; round++) {
            sequence++;
            for (int destination = 0; destination < DESTINATIONS; destination++) {
                for (int member = 0; member < MEMBERS; member++) {
                    for (String prober : new String[] {"p1", "p2"}) {
                        hear(new ProbeReported(
                                new ObserverId(prober),
                                new Locality("r1", ""),
                                endpoint(destination, member),
                                sequence,
                                true,
                                3));
                    }
                }
            }
        }
    }

    private void ticks() {
        for (int i = 0; i < TICKS; i++) {
            hear(new Ticked(new Tick("bench", 1, ticks++, Duration.ofMillis(1))));
        }
    }
}
