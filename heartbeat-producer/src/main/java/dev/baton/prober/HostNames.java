package dev.baton.prober;

import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * Addresses of hosts. Names are looked up outside the event loop, once for all that ask meanwhile, and remembered for a
 * short time, failures too. Confined to the event loop.
 *
 * <p>The JDK remembers as well, for 30 s unless {@code sun.net.inetaddr.ttl} says otherwise.
 */
final class HostNames implements AutoCloseable {
    private static final int THREADS = 2;

    private final Executor loop;
    private final long keptNanos;
    private final LongSupplier nanoClock;
    private final ExecutorService pool = Executors.newFixedThreadPool(
            THREADS, Thread.ofPlatform().daemon().name("baton-prober-names-", 0).factory());
    private final Map<String, Name> names = new HashMap<>();
    private long tidyAt;

    HostNames(Executor loop, Duration kept, LongSupplier nanoClock) {
        this.loop = loop;
        this.keptNanos = kept.toNanos();
        this.nanoClock = nanoClock;
        this.tidyAt = nanoClock.getAsLong() + keptNanos;
    }

    /**
     * What a host's name stands for.
     *
     * @param addresses none: it has none
     * @param trouble why it has none
     */
    record Found(List<InetAddress> addresses, String trouble) {}

    private static final class Name {
        private Optional<Found> found = Optional.empty();
        private final List<Consumer<Found>> waiting = new ArrayList<>();
        private long foundAt;
    }

    /** Tells it at once if it is known or an address already, else later, on the event loop. */
    void lookUp(String host, Consumer<Found> then) {
        byte[] literal = NetUtil.createByteArrayFromIpAddressString(host);
        if (literal != null) {
            then.accept(new Found(List.of(address(literal)), ""));
            return;
        }
        Name name = name(host);
        name.found.ifPresentOrElse(then, () -> name.waiting.add(then));
    }

    private Name name(String host) {
        forgetOld();
        Name name = names.get(host);
        if (name == null || isOld(name)) {
            name = new Name();
            names.put(host, name);
            Name asked = name;
            pool.execute(() -> {
                Found found = find(host);
                loop.execute(() -> arrived(asked, found));
            });
        }
        return name;
    }

    private void arrived(Name name, Found found) {
        name.found = Optional.of(found);
        name.foundAt = nanoClock.getAsLong();
        name.waiting.forEach(then -> then.accept(found));
        name.waiting.clear();
    }

    private boolean isOld(Name name) {
        return name.found.isPresent() && nanoClock.getAsLong() - name.foundAt >= keptNanos;
    }

    private void forgetOld() {
        if (nanoClock.getAsLong() - tidyAt >= 0) {
            names.values().removeIf(this::isOld);
            tidyAt = nanoClock.getAsLong() + keptNanos;
        }
    }

    private static Found find(String host) {
        try {
            return new Found(List.of(InetAddress.getAllByName(host)), "");
        } catch (UnknownHostException e) {
            return new Found(List.of(), "name " + host + " has no address");
        }
    }

    private static InetAddress address(byte[] literal) {
        try {
            return InetAddress.getByAddress(literal);
        } catch (UnknownHostException e) {
            throw new IllegalStateException("an address of " + literal.length + " bytes", e);
        }
    }

    @Override
    public void close() {
        pool.shutdownNow();
    }
}
