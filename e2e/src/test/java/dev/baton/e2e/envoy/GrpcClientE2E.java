package dev.baton.e2e.envoy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.baton.contract.mesh.Route.Use;
import dev.baton.e2e.Eventually;
import dev.baton.xds.render.ClientKind;
import dev.baton.xds.render.Exposed;
import dev.baton.xds.resource.Resources;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** What calls of a gRPC client meet while it is told where they go; it speaks the other form of the protocol. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class GrpcClientE2E {
    private static final String BOOTSTRAP = "io.grpc.xds.bootstrapConfig";

    private Control control;
    private String host = "";
    private int tests;
    private GrpcBackend active;
    private GrpcBackend passive;
    private ManagedChannel channel;

    /** Of a process's first server all later channels are told too, so there is one. */
    @BeforeAll
    void serve() throws IOException {
        control = new Control(0, Resources.NONE);
        System.setProperty(BOOTSTRAP, """
            {"xds_servers": [{"server_uri": "127.0.0.1:%d", "channel_creds": [{"type": "insecure"}],
              "server_features": ["xds_v3"]}], "node": {"id": "shopper-1", "cluster": "edge"}}
            """.formatted(control.port()));
    }

    @AfterAll
    void stop() {
        control.close();
        System.clearProperty(BOOTSTRAP);
    }

    @BeforeEach
    void connect() throws IOException {
        active = new GrpcBackend("active");
        passive = new GrpcBackend("passive");
        host = "shop" + ++tests + ".example";
        control.show(levels(1, Use.USABLE, Use.USABLE));
        channel = Grpc.newChannelBuilder("xds:///" + host, InsecureChannelCredentials.create())
                .build();
    }

    @AfterEach
    void disconnect() {
        channel.shutdownNow();
        active.close();
        passive.close();
    }

    private Resources levels(long version, Use first, Use second) {
        return Control.grpcView(TestRoutes.levels(host, version, active.address(), first, passive.address(), second));
    }

    private void waitUntilAnswers(String name) {
        Eventually.holds(
                Eventually.LONG,
                name + " answers",
                () -> GrpcBackend.who(channel).equals(name));
    }

    @Test
    void itSaysWhatItIs() {
        waitUntilAnswers("active");
        assertEquals(
                Optional.of(ClientKind.GRPC),
                ClientKind.of(control.clients().getFirst().userAgent()));
    }

    /** Each call is answered, or the test fails by its exception. */
    @Test
    void allCallsMoveToTheNextLevelAndBackAndNoneFails() {
        waitUntilAnswers("active");
        control.show(levels(2, Use.UNUSABLE, Use.USABLE));
        waitUntilAnswers("passive");
        control.show(levels(3, Use.USABLE, Use.USABLE));
        waitUntilAnswers("active");
        assertEquals(List.of(), control.refusals());
    }

    @Test
    void aLevelThatDrainsIsLeftWithoutAGap() {
        waitUntilAnswers("active");
        control.show(levels(2, Use.DRAINING, Use.USABLE));
        waitUntilAnswers("passive");
        assertEquals(List.of(), control.refusals());
    }

    /** It would go on calling the endpoints that it knows if it were given none. */
    @Test
    void callsAreDroppedWhereNobodyIsUsableAndComeBack() {
        waitUntilAnswers("active");
        control.show(levels(2, Use.UNUSABLE, Use.UNUSABLE));
        control.waitUntilUsed(host, 2);
        Eventually.holds(Eventually.LONG, "calls are dropped", () -> status() == Status.Code.UNAVAILABLE);
        control.show(levels(3, Use.UNUSABLE, Use.USABLE));
        Eventually.holds(Eventually.LONG, "calls are answered", () -> status() == Status.Code.OK);
        assertEquals("passive", GrpcBackend.who(channel));
    }

    private Status.Code status() {
        try {
            GrpcBackend.who(channel);
            return Status.Code.OK;
        } catch (StatusRuntimeException e) {
            return e.getStatus().getCode();
        }
    }

    @Test
    void aDestinationIsDividedByWeightWithoutAFailedCall() {
        waitUntilAnswers("active");
        Exposed halves = TestRoutes.halves(host, 2, active.address(), passive.address());
        control.show(Control.grpcView(halves));
        waitUntilAnswers("passive");
        long ofActive = IntStream.range(0, 600)
                .filter(_ -> GrpcBackend.who(channel).equals("active"))
                .count();
        assertTrue(Math.abs(ofActive - 300) <= 75, () -> ofActive + " of 600");
        control.show(levels(3, Use.USABLE, Use.USABLE));
        control.waitUntilUsed(host, 3);
        assertEquals(List.of(), control.refusals());
    }

    @Test
    void aDestinationThatGoesIsSaidToBeGone() {
        waitUntilAnswers("active");
        control.show(Control.grpcView());
        Eventually.holds(Eventually.LONG, "calls fail", () -> status() == Status.Code.UNAVAILABLE);
        assertThrows(StatusRuntimeException.class, () -> GrpcBackend.who(channel));
    }
}
