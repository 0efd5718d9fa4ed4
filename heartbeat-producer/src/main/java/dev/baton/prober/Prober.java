package dev.baton.prober;

import dev.baton.contract.mesh.EndpointAddress;
import dev.baton.contract.mesh.HealthReport;
import dev.baton.metrics.Counters;
import dev.baton.prober.core.Target;
import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import java.util.Collection;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** Asks endpoints how they are, each at its interval, and reports what an observer's streaks of outcomes are. */
public final class Prober implements AutoCloseable {
    private static final long CLOSE_LIMIT_SECONDS = 2;

    private final MultiThreadIoEventLoopGroup group;
    private final EventLoop loop;
    private final HostNames names;
    private final ProbeLoop probes;

    private Prober(ProberOptions options, Counters counters, Consumer<HealthReport> reports) {
        group = new MultiThreadIoEventLoopGroup(
                1, Thread.ofPlatform().daemon().name("baton-prober").factory(), NioIoHandler.newFactory());
        loop = group.next();
        names = new HostNames(loop, ProbeLoop.NAMES_KEPT, System::nanoTime);
        probes = new ProbeLoop(options, reports, counters, loop, names);
    }

    /**
     * @param counters count its probes by how they end
     * @param reports is called on the event loop and must not wait for anything
     */
    public static Prober start(ProberOptions options, Counters counters, Consumer<HealthReport> reports) {
        var prober = new Prober(options, counters, reports);
        prober.loop.execute(prober.probes::start);
        return prober;
    }

    /**
     * From now on these are asked, and no others. Those that were asked before in the same way keep their phase and
     * their connection.
     *
     * @throws IllegalArgumentException if an endpoint is named twice
     */
    public void targets(Collection<Target> targets) {
        SortedMap<EndpointAddress, Target> wanted = new TreeMap<>();
        for (Target target : targets) {
            if (wanted.put(target.endpoint(), target) != null) {
                throw new IllegalArgumentException(
                        "targets: endpoint " + target.endpoint() + " is named twice; one probe for each is allowed");
            }
        }
        if (!loop.isShuttingDown()) {
            loop.execute(() -> probes.replace(wanted));
        }
    }

    /** Closes all connections. Afterwards nothing is reported. */
    @Override
    public void close() {
        if (loop.isShuttingDown()) {
            return;
        }
        loop.execute(probes::close);
        names.close();
        group.shutdownGracefully(0, CLOSE_LIMIT_SECONDS, TimeUnit.SECONDS)
                .awaitUninterruptibly(CLOSE_LIMIT_SECONDS, TimeUnit.SECONDS);
    }
}
