package dev.baton.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.baton.e2e.cluster.Distribution;
import dev.baton.e2e.kube.kit.CommandResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * A node whose kernel is older than the hook at the interfaces (Linux 5.16): an older distribution's, in an emulated
 * machine that boots once. What it printed is judged here.
 */
@NeedsOlderKernel
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class OlderKernelE2E {
    /** A minute of a processor's time, on a machine that may be busy. */
    private static final Duration LIMIT = Duration.ofMinutes(5);

    private static final Path ROOT = Path.of(System.getProperty("baton.root"));

    /** Of the tests of another module, whose classes are not on this one's path. */
    private static final String LAWS = "dev/baton/datapath/lab";

    private static final String NO_HOOK = "netdev needs Linux 5.16 with CONFIG_NETFILTER_EGRESS, and the kernel says: ";

    /** Of what marks and translates; each costs the emulated machine half a minute. */
    private static final List<String> DATAPATHS =
            List.of(System.getProperty("older.kernel.datapaths", "nft").split(","));

    private List<String> lines = List.of();

    @BeforeAll
    void boot(@TempDir Path folder) throws IOException {
        Distribution.lay(folder);
        Path tests = ROOT.resolve("datapath-applier/target/test-classes").resolve(LAWS);
        Path laws = Files.createDirectories(folder.resolve("classes").resolve(LAWS));
        try (Stream<Path> classes = Files.list(tests)) {
            for (Path file : classes.toList()) {
                Files.copy(file, laws.resolve(String.valueOf(file.getFileName())));
            }
        }
        Files.writeString(folder.resolve("run"), script());
        Path boot = ROOT.resolve("e2e/src/test/older-kernel/boot");
        String console = CommandResult.by(
                        new ProcessBuilder(
                                boot.toString(),
                                folder.toString(),
                                System.getProperty("java.home"),
                                String.valueOf(LIMIT.minusSeconds(10).toSeconds())),
                        "",
                        LIMIT)
                .succeeded()
                .out();
        lines = console.lines().map(String::strip).toList();
        lines.forEach(line -> System.out.println("| " + line));
    }

    private static String java(String... further) {
        var command = new ArrayList<>(Distribution.agent("/baton"));
        int classPath = command.indexOf("-cp");
        command.subList(classPath + 2, command.size()).clear();
        // Checked by the compiler on this machine; the emulated one would take seconds for it.
        command.addAll(classPath, List.of("-XX:-BytecodeVerificationRemote", "-Xlog:disable"));
        command.addAll(List.of(further));
        return String.join(" ", command);
    }

    /** The agent is ended as soon as it has said how its start went. */
    private static String script() {
        String agent = java(
                "dev.baton.launcher.Baton",
                "agent --node n1 --datapath linux --bootstrap 127.0.0.1:9 --run-dir /run/baton --fence netdev");
        return """
            ip netns add node
            ip -n node link add eth0 type veth peer name other
            ip -n node link set eth0 up
            ip -n node link set other up
            ip -n node addr add 10.6.0.1/24 dev eth0
            ip -n node route add default via 10.6.0.254
            mkfifo /run/said
            ip netns exec node %s >/run/said 2>&1 &
            while read -r line; do
              case "$line" in *event=*) echo "agent: $line" ;; esac
              case "$line" in *event=datapath_*|*event=fence_*) break ;; esac
            done </run/said
            kill -9 $!
            %s
            """.formatted(agent, java("dev.baton.datapath.lab.LeaseLaws", String.join(" ", DATAPATHS)));
    }

    private List<String> having(String... parts) {
        return lines.stream()
                .filter(line -> Stream.of(parts).allMatch(line::contains))
                .toList();
    }

    private String only(String... parts) {
        List<String> found = having(parts);
        assertEquals(1, found.size(), () -> List.of(parts) + " in " + lines);
        return found.getFirst();
    }

    @Test
    void itsKernelIsOlder() {
        String version = only("guest: linux=").replaceFirst(".*linux=(\\d+\\.\\d+).*", "$1");
        assertTrue(version.startsWith("5.") && Integer.parseInt(version.substring(2)) < 16, version);
    }

    @Test
    void aFenceThatItCannotHaveIsRefusedInOneLine() {
        String line = only("agent: ", "event=datapath_broken");
        assertTrue(line.contains("reason=FIREWALL detail=\"no lease can be enforced here: " + NO_HOOK), line);
        assertEquals(List.of(), having("agent: ", "event=fence_"));
    }

    @Test
    void theFenceForOlderKernelsIsChosenAndTheLogSaysWhy() {
        List<String> chosen = having("event=fence_form form=inet wanted=auto reason=\"" + NO_HOOK);
        assertEquals(DATAPATHS.size(), chosen.size(), lines.toString());
        for (String datapath : DATAPATHS) {
            only("law=leaves_while_leased datapath=" + datapath + " fence=arp,inet");
        }
    }

    @Test
    void noFrameLeavesAfterTheLease() {
        for (String datapath : DATAPATHS) {
            only("law=none_leaves_after_the_lease datapath=" + datapath);
            only("law=leaves_with_the_next_lease datapath=" + datapath);
        }
    }
}
