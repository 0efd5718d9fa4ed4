package dev.baton.bench;

import com.sun.management.OperatingSystemMXBean;
import dev.baton.contract.mesh.EndpointAddress;
import dev.baton.contract.mesh.Locality;
import dev.baton.contract.mesh.ObserverId;
import dev.baton.contract.mesh.Probe;
import dev.baton.metrics.Counters;
import dev.baton.prober.Prober;
import dev.baton.prober.ProberOptions;
import dev.baton.prober.core.ReportRules;
import dev.baton.prober.core.Target;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import java.util.concurrent.atomic.LongAdder;

/** What it costs to ask many endpoints over HTTP/1.1 each second, by the CPU time of the thread that asks. */
final class ProberBench {
    /** One server stands for all endpoints here; it is not to be connected to by all of them at once. */
    private static final Duration CONNECTING = Duration.ofSeconds(6);

    private static final Duration WARM_UP = Duration.ofSeconds(3);
    private static final Duration WATCH = Duration.ofSeconds(6);
    private static final Duration EACH = Duration.ofSeconds(1);
    private static final int ADDRESSES_OF_A_NET = 250;

    private final int endpoints;

    ProberBench(int endpoints) {
        this.endpoints = endpoints;
    }

    void run(PrintWriter out) throws IOException, InterruptedException {
        out.println(
                "settings: " + endpoints + " endpoints in a process of their own, GET over HTTP/1.1, kept connections,"
                        + " interval " + EACH.toSeconds() + "s, timeout " + EACH.toSeconds() + "s");
        Process server = server();
        var reports = new LongAdder();
        var counters = new Counters();
        var options =
                new ProberOptions(new ObserverId("bench"), Locality.UNKNOWN, 0, System.nanoTime(), ReportRules.DEFAULT);
        try (BufferedReader said = server.inputReader();
                var prober = Prober.start(options, counters, _ -> reports.increment())) {
            int port = Integer.parseInt(said.readLine());
            prober.targets(targets(port, CONNECTING));
            Thread.sleep(CONNECTING);
            prober.targets(targets(port, EACH));
            Thread.sleep(WARM_UP);
            Reading before = Reading.now(counters, reports.sum());
            Thread.sleep(WATCH);
            Reading after = Reading.now(counters, reports.sum());
            out.println(after.since(before));
            out.println("memory: " + Machine.memory(ProcessHandle.current().pid()));
            out.print(counters.text());
            out.flush();
        } finally {
            server.destroyForcibly().waitFor();
        }
    }

    private static Process server() throws IOException {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        return new ProcessBuilder(
                        java, "-Xmx256m", "-cp", System.getProperty("java.class.path"), ProbedServer.class.getName())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    private List<Target> targets(int port, Duration interval) {
        var question = new Probe.Http(Probe.Version.HTTP_1_1, "", "/healthz", new TreeSet<>());
        var probe = new Probe(question, interval, interval);
        var targets = new ArrayList<Target>();
        for (int i = 0; i < endpoints; i++) {
            String host = "127.1." + i / ADDRESSES_OF_A_NET + "." + (1 + i % ADDRESSES_OF_A_NET);
            targets.add(new Target(new EndpointAddress(host, port), probe));
        }
        return targets;
    }

    /** Where the counts stand at one moment. */
    private record Reading(long nanos, long threadCpu, long processCpu, long passed, long reports) {
        static Reading now(Counters counters, long reports) {
            return new Reading(
                    System.nanoTime(),
                    threadCpuNanos(),
                    ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class)
                            .getProcessCpuTime(),
                    counters.get("baton_prober_probes_total", "outcome", "PASSED"),
                    reports);
        }

        private static long threadCpuNanos() {
            var threads = ManagementFactory.getThreadMXBean();
            return Arrays.stream(threads.getThreadInfo(threads.getAllThreadIds()))
                    .filter(thread -> thread != null && thread.getThreadName().startsWith("baton-prober"))
                    .mapToLong(thread -> threads.getThreadCpuTime(thread.getThreadId()))
                    .sum();
        }

        String since(Reading before) {
            double seconds = (nanos - before.nanos) / 1e9;
            return String.format(
                    Locale.ROOT,
                    "%.0f probes passed per second, %.0f reports per second; CPU of the prober's thread %.3f s per"
                            + " second (%.1f us a probe), of its whole process %.3f s per second",
                    (passed - before.passed) / seconds,
                    (reports - before.reports) / seconds,
                    (threadCpu - before.threadCpu) / 1e9 / seconds,
                    (threadCpu - before.threadCpu) / 1e3 / (passed - before.passed),
                    (processCpu - before.processCpu) / 1e9 / seconds);
        }
    }
}
