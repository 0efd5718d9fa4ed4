package dev.baton.launcher.up;

import dev.baton.bridge.manifest.Manifest;
import dev.baton.contract.NodeId;
import dev.baton.contract.Timings;
import dev.baton.failover.core.FleetState;
import dev.baton.failover.replay.Sentences;
import dev.baton.launcher.Durations;
import dev.baton.launcher.TemporaryFolder;
import dev.baton.launcher.cli.Overview;
import dev.baton.launcher.client.Declarer;
import dev.baton.launcher.client.FleetFollower;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

/** One run of {@code baton up}. */
public final class Up {
    private static final Duration ANSWERS = Duration.ofSeconds(60);
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("HH:mm:ss.SSS").withZone(ZoneId.systemDefault());

    private final int port;
    private final Optional<Path> data;
    private final Timings timings;
    private final Screen screen;
    private final AtomicReference<FleetState> state = new AtomicReference<>(FleetState.start(AllInOne.FLEET));
    private final CountDownLatch closed = new CountDownLatch(1);
    private boolean firstDecisionTold;

    public Up(int port, Optional<Path> data, Timings timings, PrintWriter out) {
        this.port = port;
        this.data = data;
        this.timings = timings;
        this.screen =
                new Screen(out, System.console() != null && System.console().isTerminal());
    }

    /** Runs until told to quit, or until the process is asked to end. */
    public int run() throws IOException, InterruptedException {
        Path runs = data.isPresent()
                ? Files.createDirectories(data.get().resolve("nodes"))
                : Files.createTempDirectory("baton-up");
        List<NodeId> nodes = Sample.NODES;
        screen.line("starting broker, coordinator and " + nodes.size()
                + " recorded nodes (nothing of this machine is changed)");
        var kafka = data.map(directory -> directory.resolve("kafka"));
        try (var all = AllInOne.start(port, kafka, runs, timings, nodes);
                var follower = new FleetFollower(all.client(), all.codec(), AllInOne.FLEET)) {
            var asked = new CountDownLatch(1);
            Runtime.getRuntime().addShutdownHook(new Thread(() -> endFromOutside(asked), "up-close"));
            screen.line(
                    "broker bootstrap=" + all.bootstrap() + " brokers=1 replication=1: a lab, not a production log");
            state.set(follower.catchUp());
            var console = new Thread(() -> console(all, asked), "up-console");
            console.setDaemon(true);
            var sample = new Thread(() -> declareSample(all, console), "up-sample");
            sample.setDaemon(true);
            sample.start();
            follow(follower, asked);
        } finally {
            screen.close();
            if (data.isEmpty()) {
                TemporaryFolder.delete(runs);
            }
            closed.countDown();
        }
        return 0;
    }

    private void endFromOutside(CountDownLatch asked) {
        asked.countDown();
        try {
            if (!closed.await(10, TimeUnit.SECONDS)) {
                return;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void follow(FleetFollower follower, CountDownLatch asked) {
        while (asked.getCount() > 0) {
            follower.poll(Duration.ofMillis(100), (offset, at, entry, outcome) -> {
                outcome.decisions().forEach(decision -> {
                    screen.line(TIME.format(at) + "  " + Sentences.of(decision));
                    tellFirst();
                });
            });
            state.set(follower.state());
            screen.table(Overview.of(follower.state()));
        }
    }

    private void tellFirst() {
        if (!firstDecisionTold) {
            firstDecisionTold = true;
            long sinceStart = ManagementFactory.getRuntimeMXBean().getUptime();
            screen.line("first decision " + Durations.text(Duration.ofMillis(sinceStart)) + " after the start");
        }
    }

    private void declareSample(AllInOne all, Thread console) {
        try (var declarer = new Declarer(all.client(), all.codec(), AllInOne.FLEET)) {
            if (state().gateways().isEmpty()) {
                Manifest sample = Sample.read();
                for (Declarer.Answer answer : declarer.declare(sample.declarations(), ANSWERS)) {
                    answer.refused().ifPresent(no -> screen.line("refused " + no.subject() + ": " + no.detail()));
                }
                declarer.endpoints(sample.endpoints());
            }
            screen.line(UpConsole.HELP);
            console.start();
        } catch (IllegalStateException e) {
            screen.line("error: the sample was not declared: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private FleetState state() {
        return Objects.requireNonNull(state.get(), "never set to null");
    }

    /** Reads commands. The end of the input does not end the run, because a service has no input. */
    private void console(AllInOne all, CountDownLatch asked) {
        var console = new UpConsole(all, screen, this::state);
        try (var lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            String line = lines.readLine();
            while (line != null) {
                if (!console.obey(line)) {
                    asked.countDown();
                    return;
                }
                line = lines.readLine();
            }
        } catch (IOException e) {
            screen.line("error: commands can no longer be read: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
