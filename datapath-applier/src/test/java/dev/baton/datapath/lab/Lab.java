package dev.baton.datapath.lab;

import dev.baton.datapath.linux.netlink.NetworkNamespace;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * A segment with nodes, a pod behind each, and an external server, each a network namespace: nodes are 10.6.0.N and
 * fd06::N, pods 10.244.N.10 and fd44:N::10, the server 10.6.0.100 and fd06::100. Each node masquerades its pods as a
 * CNI does, so that a gap in the datapath shows as a wrong source and not only as a loss. Everything goes on close.
 */
public final class Lab implements AutoCloseable {
    public static final String SERVER4 = "10.6.0.100";
    public static final String SERVER6 = "fd06::100";

    private static final AtomicInteger NUMBER = new AtomicInteger();
    private static final int DISCARD = 9;
    private static final Duration COMMAND_LIMIT = Duration.ofSeconds(20);

    private final String prefix;
    private final List<String> namespaces = new ArrayList<>();

    /** @param nodes how many, named n1, n2, ... */
    public Lab(int nodes) {
        prefix = "bt" + ProcessHandle.current().pid() + "x" + NUMBER.incrementAndGet() + "-";
        try {
            segment();
            host("ext", "10.6.0.100/24", "fd06::100/64");
            for (int n = 1; n <= nodes; n++) {
                node(n);
            }
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    /** The namespace of {@code sw}, {@code ext}, {@code n1}, {@code p1}, ... */
    public String namespace(String name) {
        return prefix + name;
    }

    private void segment() {
        add("sw");
        // A bridge takes the lowest address of its ports unless it is given one, and changes it when that port goes.
        ip("sw", "link add br0 address 02:00:00:00:00:fe type bridge", "link set br0 up");
    }

    private void host(String name, String address4, String address6) {
        add(name);
        in(name, "sysctl", "-qw", "net.ipv6.conf.default.accept_dad=0"); // eth0 has it from there
        ip("sw", "link add " + name + " type veth peer name eth0 netns " + namespace(name));
        ip("sw", "link set " + name + " master br0 up");
        ip(name, "link set eth0 up", "addr add " + address4 + " dev eth0", "addr add " + address6 + " dev eth0 nodad");
    }

    private void node(int n) {
        String name = "n" + n;
        host(name, "10.6.0." + n + "/24", "fd06::" + n + "/64");
        in(
                name,
                "sysctl",
                "-qw",
                "net.ipv4.ip_forward=1",
                "net.ipv6.conf.all.forwarding=1",
                "net.ipv4.conf.all.rp_filter=1",
                "net.ipv4.conf.default.rp_filter=1",
                "net.ipv4.conf.eth0.rp_filter=1");
        ip(name, "route add default via " + SERVER4, "route add default via " + SERVER6);
        pod(n);
        in(
                name,
                "iptables",
                "-w",
                "-t",
                "nat",
                "-A",
                "POSTROUTING",
                "-s",
                "10.244." + n + ".0/24",
                "!",
                "-d",
                "10.244.0.0/16",
                "-j",
                "MASQUERADE");
        in(
                name,
                "ip6tables",
                "-w",
                "-t",
                "nat",
                "-A",
                "POSTROUTING",
                "-s",
                "fd44:" + n + "::/64",
                "!",
                "-d",
                "fd44::/16",
                "-j",
                "MASQUERADE");
    }

    private void pod(int n) {
        String node = "n" + n;
        String pod = "p" + n;
        add(pod);
        in(pod, "sysctl", "-qw", "net.ipv6.conf.all.accept_dad=0");
        ip(
                node,
                "link add veth-pod type veth peer name eth0 netns " + namespace(pod),
                "addr add 10.244." + n + ".1/24 dev veth-pod",
                "addr add fd44:" + n + "::1/64 dev veth-pod nodad",
                "link set veth-pod up");
        ip(
                pod,
                "link set eth0 up",
                "addr add 10.244." + n + ".10/24 dev eth0",
                "addr add fd44:" + n + "::10/64 dev eth0 nodad",
                "route add default via 10.244." + n + ".1",
                "route add default via fd44:" + n + "::1");
    }

    private void add(String name) {
        run("ip", "netns", "add", namespace(name));
        namespaces.add(namespace(name));
        ip(name, "link set lo up");
    }

    /** Has one process do all that {@code ip} is asked to, because many are what a lab costs. */
    private void ip(String name, String... lines) {
        run(String.join("\n", lines), new String[] {"ip", "-n", namespace(name), "-batch", "-"});
    }

    /** Runs a command inside a namespace and returns what it printed; fails if it does. */
    public String in(String name, String... command) {
        var whole = new ArrayList<>(List.of("ip", "netns", "exec", namespace(name)));
        whole.addAll(List.of(command));
        return run(whole.toArray(String[]::new));
    }

    /** Starts a command inside a namespace. The caller ends it. */
    public Process start(String name, String... command) {
        var whole = new ArrayList<>(List.of("ip", "netns", "exec", namespace(name)));
        whole.addAll(List.of(command));
        try {
            return new ProcessBuilder(whole).redirectErrorStream(true).start();
        } catch (IOException e) {
            throw new IllegalStateException(String.join(" ", whole), e);
        }
    }

    /**
     * Has the server ask who has these addresses, because it sends each a datagram. Whoever is asked learns the
     * server's own link-layer address.
     *
     * @return how many it has sent
     */
    public int serverAsksFor(String... addresses) {
        in("ext", "ip", "neigh", "flush", "dev", "eth0");
        return make("ext", () -> {
            try (var socket = new DatagramSocket()) {
                for (String address : addresses) {
                    socket.send(new DatagramPacket(new byte[1], 1, new InetSocketAddress(address, DISCARD)));
                }
                return addresses.length;
            }
        });
    }

    /** Makes something, such as a socket, inside a namespace. */
    public <T> T make(String name, Callable<T> work) {
        return NetworkNamespace.call(namespace(name), work);
    }

    private static String run(String... command) {
        return run("", command);
    }

    private static String run(String input, String[] command) {
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            try (var stdin = process.getOutputStream()) {
                stdin.write(input.getBytes(StandardCharsets.UTF_8));
            }
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            boolean ended = process.waitFor(COMMAND_LIMIT.toSeconds(), TimeUnit.SECONDS);
            if (!ended || process.exitValue() != 0) {
                process.destroyForcibly();
                throw new IllegalStateException(String.join(" ", command) + ": " + output);
            }
            return output;
        } catch (IOException e) {
            throw new IllegalStateException(String.join(" ", command), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** Waits for a condition, and fails when {@code limit} has passed without it. */
    public static void eventually(Duration limit, String what, BooleanSupplier condition) {
        long deadline = System.nanoTime() + limit.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - deadline > 0) {
                throw new AssertionError("not within " + limit + ": " + what);
            }
            LockSupport.parkNanos(5_000_000);
        }
    }

    @Override
    public void close() {
        for (String namespace : namespaces.reversed()) {
            try {
                run("ip", "netns", "del", namespace);
            } catch (IllegalStateException e) {
                System.err.println("left behind: " + e.getMessage());
            }
        }
        namespaces.clear();
    }
}
