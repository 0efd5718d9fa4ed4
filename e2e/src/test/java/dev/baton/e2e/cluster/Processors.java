package dev.baton.e2e.cluster;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The control group of a cluster. Its weight keeps other processes of this machine from taking the processors of what
 * stands for four machines. Otherwise all nodes together would get as much as one busy process that has nothing to do
 * with them, and a test would measure that process.
 */
final class Processors implements AutoCloseable {
    private static final Path ROOT = Path.of("/sys/fs/cgroup/cpu");
    /**
     * A process outside has 1,024. So has the kernel's thread that forwards the packets of all namespaces when there
     * are many: when the cluster had 64 times as much, its starting JVMs kept that thread from its work for 3.7 s.
     */
    private static final int OF_THE_CLUSTER = 8 * 1024;
    /** Each thread of the control plane and the broker has 1,024. */
    private static final int OF_EACH_NODE = 2 * 1024;

    private static final String ENTER = "echo $$ >\"$0\" && exec \"$@\"";

    private final Optional<Path> group;

    private Processors(Optional<Path> group) {
        this.group = group;
    }

    /** Where there is no such hierarchy, the machine's processors are shared as they are. */
    static Processors of(String name) throws IOException {
        Optional<Path> group = Files.readAllLines(Path.of("/proc/self/cgroup")).stream()
                .map(line -> line.split(":", 3))
                .filter(words -> List.of(words[1].split(",")).contains("cpu"))
                .map(words -> ROOT.resolve(words[2].substring(1)))
                .filter(Files::isDirectory)
                .map(own -> own.resolve(
                        "baton-" + name + "-" + ProcessHandle.current().pid()))
                .findFirst();
        if (group.isPresent()) {
            Files.createDirectories(group.get());
            weigh(group.get(), OF_THE_CLUSTER);
        }
        return new Processors(group);
    }

    private static void weigh(Path group, int weight) throws IOException {
        Files.writeString(group.resolve("cpu.shares"), Integer.toString(weight));
    }

    /** Runs in the group from its first instruction on, with all that it starts. */
    ProcessBuilder in(ProcessBuilder builder) {
        group.ifPresent(path -> {
            var command = new ArrayList<>(
                    List.of("sh", "-c", ENTER, path.resolve("cgroup.procs").toString()));
            command.addAll(builder.command());
            builder.command(command);
        });
        return builder;
    }

    /** @param groups as the cluster's script lists them: a hierarchy and a path in each line */
    void weighNodes(Path groups, int nodes) throws IOException {
        for (String line : Files.readAllLines(groups)) {
            String[] words = line.split(" ");
            if (group.isPresent() && List.of(words[0].split(",")).contains("cpu")) {
                weigh(Path.of(words[1]), nodes * OF_EACH_NODE);
            }
        }
    }

    /** When all processes in it have ended. */
    @Override
    public void close() {
        try {
            if (group.isPresent()) {
                Files.deleteIfExists(group.get());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
