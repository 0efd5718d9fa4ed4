package dev.baton.e2e.kube;

import static dev.baton.e2e.kube.kit.ProxiedRequest.laterPages;
import static dev.baton.e2e.kube.kit.ProxiedRequest.lists;
import static dev.baton.e2e.kube.kit.ProxiedRequest.watches;
import static dev.baton.e2e.kube.kit.ProxiedRequest.writes;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.baton.bridge.Bridge;
import dev.baton.bridge.BridgeConfig;
import dev.baton.contract.Assignment;
import dev.baton.contract.FleetSnapshot.FleetEip;
import dev.baton.contract.PolicyId;
import dev.baton.e2e.Eventually;
import dev.baton.e2e.kube.kit.AnsweringProxy;
import dev.baton.e2e.kube.kit.AnsweringProxy.Rule;
import dev.baton.e2e.kube.kit.BridgeLog;
import dev.baton.e2e.kube.kit.KubeFleet;
import dev.baton.e2e.kube.kit.KubeServer;
import dev.baton.e2e.kube.kit.NeedsKube;
import dev.baton.e2e.kube.kit.ProxiedRequest;
import dev.baton.e2e.kube.kit.ProxyAnswer;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * An API server that answers badly: the bridge logs it and retries after its own pauses and Retry-After; afterwards
 * everything is declared and shown as if nothing had happened. No EIP moves because of it.
 */
@NeedsKube
class BridgeAnswersE2E {
    private static final List<String> NODES = List.of("node1", "node2");
    private static final String POLICIES = "egressclusterpolicies";
    private static final Duration SOON = Eventually.LONG;

    @RegisterExtension
    private static final KubeServer kube = KubeServer.with("none");

    @SuppressWarnings("NullAway.Init")
    private static KubeFleet fleet;

    @SuppressWarnings("NullAway.Init")
    private static AnsweringProxy proxy;

    @SuppressWarnings("NullAway.Init")
    private static Bridge bridge;

    @SuppressWarnings("NullAway.Init")
    private static BridgeLog log;

    private List<Assignment> before = List.of();

    @BeforeAll
    static void start() throws InterruptedException, IOException {
        log = new BridgeLog();
        fleet = new KubeFleet(kube.api(), "bridge-answers", kube.folder());
        fleet.addNode("node1", 1, "egress: 'true'");
        fleet.addNode("node2", 2, "egress: 'true'");
        proxy = new AnsweringProxy(kube.api().client().getConfiguration());
        bridge = fleet.startBridge("first", 200, Optional.of(proxy.url()), BridgeConfig.LEASE_DURATION);
        fleet.reviveAgents(NODES);
        kube.apply("""
            apiVersion: egressgateway.spidernet.io/v1beta1
            kind: EgressGateway
            metadata: {name: egw}
            spec:
              ippools: {ipv4: [10.6.1.55]}
              nodeSelector: {selector: {matchLabels: {egress: "true"}}}
            """).succeeded();
        declare("base");
        isShown("base");
    }

    @AfterAll
    static void stop() throws IOException {
        fleet.close();
        proxy.close();
        log.close();
    }

    @BeforeEach
    void remember() {
        log.forget();
        before = assignments();
    }

    @AfterEach
    void restore() throws IOException {
        proxy.endAll();
        fleet.reviveAgents(NODES);
    }

    private static List<Assignment> assignments() {
        return fleet.state().eips().values().stream().map(FleetEip::assignment).toList();
    }

    private void nothingMoved() {
        assertEquals(before, assignments());
    }

    private static void declare(String policy) {
        kube.apply("""
            apiVersion: egressgateway.spidernet.io/v1beta1
            kind: EgressClusterPolicy
            metadata: {name: %s}
            spec:
              egressGatewayName: egw
              appliedTo: {podSelector: {matchLabels: {app: %s}}}
            """.formatted(policy, policy)).succeeded();
    }

    private static void delete(String policy) {
        kube.run("delete", "egcp", policy, "--wait=false").succeeded();
    }

    private static void isShown(String policy) {
        Eventually.holds(SOON, policy + " has a node", () -> NODES.contains(node(policy)));
    }

    private static String node(String policy) {
        return kube.run("get", "egcp", policy, "-o", "jsonpath={.status.node}").out();
    }

    private static boolean isDeclared(String policy) {
        return fleet.state().policies().contains(new PolicyId("", policy));
    }

    private static void isGone(String policy) {
        Eventually.holds(SOON, policy + " is declared no more", () -> !isDeclared(policy));
    }

    private static Predicate<ProxiedRequest> statusOf(String policy) {
        return writes().and(request -> request.target().contains("/" + policy + "/status"));
    }

    private static void isLogged(String... words) {
        Eventually.holds(SOON, "a line with " + List.of(words) + " in\n" + log, () -> log.count(words) > 0);
    }

    private static long failures(int code) {
        return bridge.counters().get("baton_bridge_api_failures_total", "code", Integer.toString(code));
    }

    private static void isCounted(int code, long least) {
        Eventually.holds(SOON, least + " answers " + code, () -> failures(code) >= least);
    }

    /**
     * Waits for so many requests, and asserts that they took at least this long: the bridge makes pauses.
     */
    private static void takesAtLeast(Duration least, int requests, Rule rule) {
        Eventually.holds(SOON, requests + " requests", () -> rule.met() >= requests);
        Duration took = rule.span(requests);
        assertTrue(took.compareTo(least) >= 0, requests + " requests came within " + took);
    }

    @Test
    void aWriteInConflictIsTriedAgainEachTimeLater() {
        long counted = failures(409);
        Rule rule = proxy.answer(statusOf("conflict"), ProxyAnswer.conflict());
        declare("conflict");
        // Pauses of at least 0.1, 0.2 and 0.4 s.
        takesAtLeast(Duration.ofMillis(600), 4, rule);
        isLogged("event=write_outdated", "conflict", "code=409");
        assertTrue(log.count("event=write_outdated") <= 3, log::toString);
        isCounted(409, counted + 4);
        // Others are served in the meantime.
        declare("other");
        isShown("other");
        proxy.end(rule);
        isShown("conflict");
        nothingMoved();
    }

    /** No watch would report the object again, so its policy would stay declared and its EIP allocated for ever. */
    @Test
    void theAnswerToAWriteThatComesAfterTheDeletionDoesNotBringTheObjectBack() {
        var answer = new ProxyAnswer.Withheld();
        proxy.answer(statusOf("late"), 1, answer);
        declare("late");
        answer.awaitAnswer();
        delete("late");
        isGone("late");
        answer.release();
        declare("later");
        isShown("later");
        assertFalse(isDeclared("late"), "the policy is back");
        nothingMoved();
    }

    @Test
    void tooManyRequestsStopsWritesForAsLongAsTheServerSays() {
        long counted = failures(429);
        Rule rule = proxy.answer(writes(), ProxyAnswer.tooMany(Duration.ofSeconds(2)));
        declare("many");
        // At most four are on their way when the first is answered. How many follow after each pause depends on how
        // much there is to write, and the pauses double: more than one round could take minutes.
        takesAtLeast(Duration.ofSeconds(2), 5, rule);
        isLogged("event=api_server_refuses", "purpose=WRITE", "code=429", "retry_after_s=2");
        isLogged("event=write_delayed", "code=429");
        assertTrue(
                log.count("event=api_server_refuses", "purpose=WRITE", "code=429") < rule.met(),
                () -> "told each time:\n" + log);
        isCounted(429, counted + 5);
        proxy.end(rule);
        isShown("many");
        nothingMoved();
    }

    /** The client library alone would wait as long as Retry-After says, and block the worker that asked. */
    @Test
    void aServerThatWantsAnHourOfPeaceHasAShorterOne() {
        var away = new ProxyAnswer.Refused(504, "Timeout", "come back later", Optional.of(Duration.ofHours(1)));
        Rule rule = proxy.answer(statusOf("hour"), 1, away);
        declare("hour");
        isLogged("event=api_server_refuses", "purpose=WRITE", "code=504", "retry_after_s=20");
        isShown("hour");
        assertEquals(1, rule.met());
        nothingMoved();
    }

    @Test
    void aServerThatFailsIsAskedEachTimeLaterAndNoEventIsLost() throws IOException {
        String held = node("base");
        String other = held.equals("node1") ? "node2" : "node1";
        Rule broken =
                proxy.answer(writes().and(request -> request.target().contains("/events")), 3, ProxyAnswer.broken());
        Rule rule = proxy.answer(writes(), ProxyAnswer.unavailable());
        fleet.killAgent(held);
        // Four at once, and then a pause of at least 0.8 s.
        takesAtLeast(Duration.ofMillis(800), 6, rule);
        isLogged("event=api_server_refuses", "purpose=WRITE", "code=503");
        isLogged("event=write_delayed", "code=503");
        Eventually.holds(
                SOON,
                "the EIP moves all the same",
                () -> assignments().stream()
                        .anyMatch(eip -> eip.holder()
                                .filter(holder -> holder.node().toString().equals(other))
                                .isPresent()));
        proxy.end(rule);
        Eventually.holds(SOON, "the move is shown", () -> node("base").equals(other));
        Eventually.holds(
                SOON,
                "the move is told",
                () -> kube.run("get", "events", "--field-selector", "reason=EipMoved")
                        .out()
                        .contains("from=" + held + " to=" + other));
        assertEquals(3, broken.met());
    }

    @Test
    void aWatchThatExpiresIsFollowedByAList() {
        Rule rule = proxy.answer(watches(POLICIES), new ProxyAnswer.Expired());
        declare("leaving");
        isShown("leaving");
        proxy.cut();
        // Pauses of at least an eighth of a second.
        takesAtLeast(Duration.ofSeconds(1), 9, rule);
        isLogged("event=listing_again", "resource=" + POLICIES);
        assertEquals(1, log.count("event=listing_again", "resource=" + POLICIES));
        // Without watches, the bridge knows objects by lists only.
        declare("expired");
        delete("leaving");
        isShown("expired");
        isGone("leaving");
        proxy.end(rule);
        declare("watched");
        isShown("watched");
        nothingMoved();
    }

    @Test
    void aWatchThatMayNotBeginBecauseItIsTooOldIsFollowedByAList() {
        declare("old");
        isShown("old");
        long counted = failures(410);
        Rule rule = proxy.answer(watches(POLICIES), ProxyAnswer.gone());
        proxy.cut();
        // The client library asks twice, with and without WebSockets. Pauses of at least 0.5 and 1 s.
        takesAtLeast(Duration.ofMillis(1_500), 7, rule);
        isLogged("event=api_server_refuses", "purpose=WATCH", "code=410");
        isLogged("event=watch_restarted", "kind=EgressClusterPolicy");
        delete("old");
        declare("young");
        isShown("young");
        isGone("old");
        isCounted(410, counted + 4);
        proxy.end(rule);
        declare("younger");
        isShown("younger");
        nothingMoved();
    }

    @Test
    void aListWhoseRestExpiresIsBegunAnew() {
        declare("paged");
        isShown("paged");
        // More than fit into a page.
        IntStream.range(0, 510).parallel().forEach(BridgeAnswersE2E::pod);
        hasPods("paged", 510);
        Rule rest = proxy.answer(laterPages("pods"), 2, ProxyAnswer.gone());
        Rule watch = proxy.answer(watches("pods"), 1, new ProxyAnswer.Expired());
        long lists = proxy.count(lists("pods"));
        proxy.cut();
        Eventually.holds(SOON, "the rest of the list is refused", () -> rest.met() == 2);
        assertEquals(1, watch.met());
        kube.api()
                .client()
                .pods()
                .inNamespace("default")
                .withName("pod-509")
                .withGracePeriod(0)
                .delete();
        hasPods("paged", 509);
        isLogged("event=watch_failed", "kind=Pod", "Expired");
        assertTrue(bridge.counters().get("baton_bridge_watch_failures_total", "kind", "Pod") >= 2);
        assertTrue(proxy.count(lists("pods")) - lists >= 6);
        nothingMoved();
    }

    private static void hasPods(String policy, int count) {
        Eventually.holds(
                SOON,
                policy + " has " + count + " pods",
                () -> kube.run(
                                        "get",
                                        "egcep",
                                        "-l",
                                        "spidernet.io/policy-name=" + policy,
                                        "-o",
                                        "jsonpath={.items[*].endpoints[*].pod}")
                                .out()
                                .split(" ")
                                .length
                        == count);
    }

    private static void pod(int i) {
        Pod pod = new PodBuilder()
                .withNewMetadata()
                .withNamespace("default")
                .withName("pod-%03d".formatted(i))
                .addToLabels("app", "paged")
                .endMetadata()
                .withNewSpec()
                .withNodeName("node1")
                .addNewContainer()
                .withName("c")
                .withImage("none")
                .endContainer()
                .endSpec()
                .build();
        Pod made = kube.api().client().resource(pod).create();
        String ip = "10.244.%d.%d".formatted(1 + i / 200, 1 + i % 200);
        made.setStatus(new PodBuilder()
                .withNewStatus()
                .withPhase("Running")
                .withPodIP(ip)
                .addNewPodIP(ip)
                .endStatus()
                .build()
                .getStatus());
        kube.api().client().resource(made).patchStatus();
    }

    @Test
    void watchesAndListsThatAreTooManyAreBegunAgainEachTimeLater() {
        Rule rule = proxy.answer(watches(POLICIES).or(lists(POLICIES)), ProxyAnswer.tooMany(Duration.ofSeconds(2)));
        proxy.cut();
        declare("late");
        // Pauses double. The client library reads Retry-After here, and then uses a pause of its own.
        takesAtLeast(Duration.ofSeconds(1), 8, rule);
        isLogged("event=api_server_refuses", "purpose=WATCH", "code=429", "retry_after_s=2");
        proxy.end(rule);
        isShown("late");
        nothingMoved();
    }

    @Test
    void aServerThatTakesThreeSecondsForEachAnswerIsOnlyLate() {
        String held = node("base");
        String other = held.equals("node1") ? "node2" : "node1";
        AtomicInteger slow = new AtomicInteger();
        long elected = bridge.counters().get("baton_bridge_elections_total", "outcome", "elected");
        proxy.answer(
                ProxiedRequest.any().and(_ -> slow.incrementAndGet() > 0), new ProxyAnswer.Late(Duration.ofSeconds(3)));
        fleet.killAgent(held);
        declare("slow");
        Eventually.holds(
                SOON,
                "the EIP moves",
                () -> assignments().stream()
                        .anyMatch(eip -> eip.holder()
                                .filter(holder -> holder.node().toString().equals(other))
                                .isPresent()));
        Eventually.holds(
                SOON,
                "all of it is shown",
                () -> node("base").equals(other) && node("slow").equals(other));
        assertTrue(bridge.isLeading());
        assertEquals(elected, bridge.counters().get("baton_bridge_elections_total", "outcome", "elected"));
        assertTrue(slow.get() > 0);
    }
}
