package dev.baton.failover.routing;

import static dev.baton.failover.routing.Mesh.id;
import static dev.baton.failover.routing.Mesh.in;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.baton.contract.mesh.Caller;
import dev.baton.contract.mesh.DestinationId;
import dev.baton.contract.mesh.HostName;
import dev.baton.contract.mesh.MemberId;
import dev.baton.contract.mesh.Mode;
import dev.baton.contract.mesh.Unused;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The members' order, by the modes of the users' two documents. */
class LevelsTest {
    private final Mesh mesh = new Mesh();

    private Levels.Ranking ranking(Mode mode, Caller caller) {
        return Levels.of(Mesh.destination(new DestinationId("bookinfo"), mode), caller, mesh.members, new TreeMap<>());
    }

    private static List<List<String>> names(Levels.Ranking ranking) {
        return ranking.levels().stream()
                .map(level -> level.stream()
                        .map(ranked -> ranked.member().id().toString())
                        .toList())
                .toList();
    }

    private static Mode.Named named(String... clusters) {
        var ids = new TreeSet<MemberId>();
        Stream.of(clusters).map(Mesh::id).forEach(ids::add);
        return new Mode.Named(ids);
    }

    private static SortedMap<MemberId, Integer> numbers(Map<String, Integer> byName) {
        var numbers = new TreeMap<MemberId, Integer>();
        byName.forEach((name, number) -> numbers.put(id(name), number));
        return numbers;
    }

    @Test
    void aFallbackBackendComesSecond() {
        mesh.backend("active", 1).backend("passive", 1, 1);
        var mode = Mesh.activePassive("active", "passive");
        assertEquals(List.of(List.of("active"), List.of("passive")), names(ranking(mode, in("r1"))));
    }

    @Test
    void levelsHaveNoGapsWhateverTheirNumbers() {
        mesh.backend("a", 3, 1).backend("b", 5, 0).backend("c", 7, 1);
        var ranking = ranking(Mesh.activePassive("a", "b", "c", "d"), in("r1"));
        assertEquals(List.of(List.of("a"), List.of("c")), names(ranking));
        assertEquals(Map.of(id("b"), Unused.NO_ENDPOINT, id("d"), Unused.NOT_DECLARED), ranking.unused());
    }

    @Test
    void aPolicysLevelsStandInPlaceOfTheMembersOwn() {
        mesh.backend("a", 1).backend("b", 1).backend("c", 1, 1);
        var ranking = Levels.of(
                Mesh.destination(new DestinationId("shop"), Mesh.activePassive("a", "b", "c")),
                in("r1"),
                mesh.members,
                numbers(Map.of("b", 2)));
        assertEquals(List.of(List.of("a"), List.of("c"), List.of("b")), names(ranking));
    }

    @Test
    void clustersOfTheCallersRegionComeFirst() {
        mesh.cluster("cluster-1", "r1", 1)
                .cluster("cluster-2", "r2", 1)
                .cluster("cluster-3", "r1", 1)
                .cluster("cluster-4", "r3", 1);
        assertEquals(
                List.of(List.of("cluster-1", "cluster-3"), List.of("cluster-2", "cluster-4")),
                names(ranking(new Mode.Auto(), in("r1"))));
        assertEquals(
                List.of(List.of("cluster-2"), List.of("cluster-1", "cluster-3", "cluster-4")),
                names(ranking(new Mode.Auto(), in("r2"))));
    }

    @Test
    void aRegionWithoutAClusterHasTheOthersAsItsFirstLevel() {
        mesh.cluster("cluster-1", "r1", 1).cluster("cluster-2", "r2", 1);
        assertEquals(List.of(List.of("cluster-1", "cluster-2")), names(ranking(new Mode.Auto(), in("r9"))));
        assertEquals(List.of(List.of("cluster-1", "cluster-2")), names(ranking(new Mode.Auto(), in(""))));
    }

    @Test
    void clustersWithoutGatewayHostNameOrEndpointGetNothing() {
        mesh.cluster("here", "r1", 1)
                .cluster("other-name", "r1", new HostName("other.example.com"), 1)
                .backend("no-gateway", 1)
                .cluster("scaled-to-0", "r1", 0);
        assertEquals(List.of(List.of("here")), names(ranking(new Mode.Auto(), in("r1"))));

        var ranking = ranking(named("here", "other-name", "no-gateway", "scaled-to-0", "unheard-of"), in("r1"));
        assertEquals(List.of(List.of("here")), names(ranking));
        assertEquals(
                Map.of(
                        id("other-name"), Unused.OTHER_HOST_NAME,
                        id("no-gateway"), Unused.NO_GATEWAY,
                        id("scaled-to-0"), Unused.NO_ENDPOINT,
                        id("unheard-of"), Unused.NOT_DECLARED),
                ranking.unused());
    }

    @Test
    void aListOfClustersLeavesOthersOut() {
        mesh.cluster("cluster-1", "r1", 1).cluster("cluster-2", "r2", 1).cluster("cluster-3", "r1", 1);
        assertEquals(
                List.of(List.of("cluster-1"), List.of("cluster-2")),
                names(ranking(named("cluster-1", "cluster-2"), in("r1"))));
        assertEquals(List.of(List.of("cluster-2")), names(ranking(named("cluster-2"), in("r1"))));
    }

    @Test
    void weightsAreKeptForAClusterWithoutEndpointsToo() {
        mesh.cluster("cluster-1", "r1", 1).cluster("cluster-2", "r2", 0).cluster("cluster-3", "r1", 1);
        var ranking =
                ranking(new Mode.Weighted(numbers(Map.of("cluster-1", 50, "cluster-2", 50, "cluster-3", 0))), in("r2"));
        assertEquals(List.of(List.of("cluster-1", "cluster-2")), names(ranking));
        assertEquals(
                List.of(Optional.of(50), Optional.of(50)),
                ranking.levels().getFirst().stream().map(Levels.Ranked::weight).toList());
        assertEquals(Map.of(id("cluster-3"), Unused.WEIGHT_ZERO), ranking.unused());
    }

    @Test
    void theLabelsBeforeTheFirstDifferenceCount() {
        mesh.labelled("all", Map.of("net", "n1", "az", "a", "tier", "gold"))
                .labelled("first-only", Map.of("net", "n1", "az", "b", "tier", "gold"))
                .labelled("none", Map.of("net", "n2", "az", "a", "tier", "gold"));
        var mode = new Mode.Labelled(List.of("net", "az", "tier=gold"));
        assertEquals(
                List.of(List.of("all"), List.of("first-only"), List.of("none")),
                names(ranking(mode, Mesh.with(Map.of("net", "n1", "az", "a", "tier", "silver")))));
    }
}
