package dev.baton.e2e.envoy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.baton.contract.mesh.Route.Use;
import dev.baton.e2e.Eventually;
import dev.baton.xds.resource.Resource;
import dev.baton.xds.resource.ResourceType;
import dev.baton.xds.resource.Resources;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.endpoint.v3.ClusterLoadAssignment;
import io.envoyproxy.envoy.config.endpoint.v3.LocalityLbEndpoints;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What requests meet while an Envoy is told where they go. */
@NeedsEnvoy
class EnvoyE2E {
    private static final String HOST = "shop.example";
    private static final int SOME_HUNDRED = 300;

    @TempDir
    private Path folder;

    @Test
    void allRequestsMoveToTheNextLevelAndBackAndNoneFails() throws IOException {
        try (var active = new Backend("active");
                var passive = new Backend("passive");
                var control = new Control(
                        0, Control.view(TestRoutes.levels(HOST, 1, active.address(), Use.USABLE, passive.address())));
                var envoy = new Envoy(folder, control.port());
                var traffic = new Traffic(answering(envoy, HOST), HOST)) {
            assertAllFrom("active", traffic.next(SOME_HUNDRED));
            control.show(Control.view(TestRoutes.levels(HOST, 2, active.address(), Use.UNUSABLE, passive.address())));
            control.waitUntilUsed(HOST, 2);
            assertAllFrom("passive", traffic.next(SOME_HUNDRED));
            control.show(Control.view(TestRoutes.levels(HOST, 3, active.address(), Use.USABLE, passive.address())));
            control.waitUntilUsed(HOST, 3);
            assertAllFrom("active", traffic.next(SOME_HUNDRED));
            assertEquals(List.of(), traffic.failed());
        }
    }

    @Test
    void ofTwoHalvesTheDeadOnesRequestsFailAndTheOtherOneGetsNoMoreThanBefore() throws IOException {
        try (var one = new Backend("one");
                var other = new Backend("other");
                var control = new Control(0, Control.view(TestRoutes.halves(HOST, 1, one.address(), other.address())));
                var envoy = new Envoy(folder, control.port());
                var traffic = new Traffic(answering(envoy, HOST), HOST)) {
            List<Reply> before = traffic.next(2 * SOME_HUNDRED);
            assertHalf(before.stream().filter(reply -> reply.isFrom("other")).count());
            one.close();
            List<Reply> after = traffic.next(2 * SOME_HUNDRED);
            assertHalf(after.stream().filter(reply -> reply.isFrom("other")).count());
            assertHalf(after.stream().filter(reply -> reply.status() == 503).count());
        }
    }

    /** Six standard deviations of a fair coin, thrown so often, are 73. */
    private static void assertHalf(long count) {
        assertTrue(Math.abs(count - SOME_HUNDRED) <= 75, () -> count + " of " + 2 * SOME_HUNDRED);
    }

    @Test
    void aServerThatReturnsWithTheSameStateSendsNothingAgainAndNoRequestFails() throws IOException {
        try (var active = new Backend("active");
                var passive = new Backend("passive");
                var control = new Control(
                        0, Control.view(TestRoutes.levels(HOST, 1, active.address(), Use.USABLE, passive.address())));
                var envoy = new Envoy(folder, control.port());
                var traffic = new Traffic(answering(envoy, HOST), HOST)) {
            int port = control.port();
            control.close();
            traffic.next(SOME_HUNDRED);
            try (var next = new Control(
                    port, Control.view(TestRoutes.levels(HOST, 1, active.address(), Use.USABLE, passive.address())))) {
                Eventually.holds(
                        Eventually.LONG, "Envoy is back", () -> envoy.counter("control_plane.connected_state") == 1);
                traffic.next(SOME_HUNDRED);
                next.show(Control.view(TestRoutes.levels(HOST, 2, active.address(), Use.UNUSABLE, passive.address())));
                next.waitUntilUsed(HOST, 2);
                assertAllFrom("passive", traffic.next(SOME_HUNDRED));
                assertEquals(1, next.answers().size(), () -> "all that was sent: " + next.answers());
                assertEquals(List.of(), traffic.failed());
            }
        }
    }

    @Test
    void aDestinationComesAndGoesWithoutAFailedRequest() throws IOException {
        try (var backend = new Backend("backend");
                var control = new Control(0, Control.view(TestRoutes.level(HOST, 1, backend.address())));
                var envoy = new Envoy(folder, control.port());
                var first = new Traffic(answering(envoy, HOST), HOST)) {
            int port = envoy.port();
            for (int round = 2; round < 22; round++) {
                String host = "new" + round + ".example";
                try (var traffic = new Traffic(port, host)) {
                    traffic.next(1);
                    control.show(Control.view(
                            TestRoutes.level(HOST, 1, backend.address()),
                            TestRoutes.level(host, round, backend.address())));
                    Eventually.holds(Eventually.LONG, host + " is there", () -> isFrom(traffic, 200));
                    control.show(Control.view(TestRoutes.level(HOST, 1, backend.address())));
                    Eventually.holds(Eventually.LONG, host + " is gone", () -> isFrom(traffic, 404));
                    assertEquals(
                            List.of(),
                            traffic.replies().stream()
                                    .filter(reply -> !Set.of(200, 404).contains(reply.status()))
                                    .toList());
                }
            }
            assertEquals(List.of(), first.failed());
            assertEquals(List.of(), control.refusals());
        }
    }

    @Test
    void aDestinationIsDividedInAnotherWayWithoutAFailedRequest() throws IOException {
        try (var one = new Backend("one");
                var other = new Backend("other");
                var control = new Control(
                        0, Control.view(TestRoutes.levels(HOST, 1, one.address(), Use.USABLE, other.address())));
                var envoy = new Envoy(folder, control.port());
                var traffic = new Traffic(answering(envoy, HOST), HOST)) {
            for (int round = 2; round < 12; round += 2) {
                control.show(Control.view(TestRoutes.halves(HOST, round, one.address(), other.address())));
                Eventually.holds(
                        Eventually.LONG,
                        "both answer",
                        () -> traffic.next(1).getFirst().isFrom("other"));
                control.show(
                        Control.view(TestRoutes.levels(HOST, round + 1, one.address(), Use.USABLE, other.address())));
                control.waitUntilUsed(HOST, round + 1);
            }
            traffic.next(SOME_HUNDRED);
            assertEquals(List.of(), traffic.failed());
            assertEquals(List.of(), control.refusals());
        }
    }

    /** A changed cluster starts anew, and may wait up to 15 s for its endpoints. */
    @Test
    void aClusterThatChangesIsInUseAtOnceAndNoRequestFails() throws IOException {
        try (var active = new Backend("active");
                var passive = new Backend("passive");
                var control = new Control(
                        0, Control.view(TestRoutes.levels(HOST, 1, active.address(), Use.USABLE, passive.address())));
                var envoy = new Envoy(folder, control.port());
                var traffic = new Traffic(answering(envoy, HOST), HOST)) {
            control.show(withOtherTimeout(
                    Control.view(TestRoutes.levels(HOST, 1, active.address(), Use.USABLE, passive.address()))));
            Eventually.holds(
                    Eventually.LONG, "the cluster is known", () -> control.isUsed(ResourceType.CLUSTER, HOST, 2));
            Eventually.holds(
                    Duration.ofSeconds(10),
                    "it is in use",
                    () -> envoy.counter("cluster_manager.warming_clusters") == 0);
            assertAllFrom("active", traffic.next(SOME_HUNDRED));
            assertEquals(List.of(), traffic.failed());
        }
    }

    private static Resources withOtherTimeout(Resources view) {
        return with(view, Resource.of(ResourceType.CLUSTER, HOST, 2, otherTimeout(view)));
    }

    private static Cluster otherTimeout(Resources view) {
        try {
            Resource cluster =
                    List.copyOf(view.of(ResourceType.CLUSTER).values()).getFirst();
            Cluster.Builder changed = cluster.body().unpack(Cluster.class).toBuilder();
            changed.getConnectTimeoutBuilder().setSeconds(2);
            return changed.build();
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The same but for one. */
    private static Resources with(Resources view, Resource other) {
        var resources = new ArrayList<Resource>();
        view.byType().values().forEach(named -> resources.addAll(named.values()));
        resources.removeIf(
                resource -> resource.type() == other.type() && resource.name().equals(other.name()));
        resources.add(other);
        return Resources.of(resources);
    }

    private static boolean isFrom(Traffic traffic, int status) {
        return traffic.replies().getLast().status() == status;
    }

    @Test
    void whatEnvoyRefusesIsReportedOnceAndChangesNothing() throws IOException {
        try (var active = new Backend("active");
                var passive = new Backend("passive");
                var control = new Control(
                        0, Control.view(TestRoutes.levels(HOST, 1, active.address(), Use.USABLE, passive.address())));
                var envoy = new Envoy(folder, control.port());
                var traffic = new Traffic(answering(envoy, HOST), HOST)) {
            control.show(withPriority129(
                    Control.view(TestRoutes.levels(HOST, 1, active.address(), Use.USABLE, passive.address()))));
            Eventually.holds(
                    Eventually.LONG, "a refusal", () -> !control.refusals().isEmpty());
            assertAllFrom("active", traffic.next(SOME_HUNDRED));
            control.show(Control.view(TestRoutes.levels(HOST, 3, active.address(), Use.UNUSABLE, passive.address())));
            control.waitUntilUsed(HOST, 3);
            assertAllFrom("passive", traffic.next(SOME_HUNDRED));
            assertEquals(1, control.refusals().size(), () -> "" + control.refusals());
            assertEquals(2L, control.refusals().getFirst().versions().get(HOST));
            assertEquals(List.of(), traffic.failed());
        }
    }

    private static Resources withPriority129(Resources view) {
        var refused = ClusterLoadAssignment.newBuilder()
                .setClusterName(HOST)
                .addEndpoints(LocalityLbEndpoints.newBuilder().setPriority(129))
                .build();
        return with(view, Resource.of(ResourceType.ENDPOINTS, HOST, 2, refused));
    }

    /** Its port, once a request gets through. */
    private static int answering(Envoy envoy, String host) {
        int port = envoy.port();
        Eventually.holds(
                Eventually.LONG, "an answer", () -> Reply.to(port, host).status() == 200);
        return port;
    }

    private static void assertAllFrom(String backend, List<Reply> replies) {
        assertEquals(
                List.of(),
                replies.stream().filter(reply -> !reply.isFrom(backend)).toList());
    }
}
