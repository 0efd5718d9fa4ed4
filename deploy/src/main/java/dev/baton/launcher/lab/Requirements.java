package dev.baton.launcher.lab;

import dev.baton.datapath.linux.LinuxDatapath;
import dev.baton.datapath.linux.nft.TrafficForm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Checks what a machine needs for a lab. */
public final class Requirements {
    private static final List<String> TOOLS =
            List.of("ip", "nft", "iptables", "ip6tables", "conntrack", "tcpdump", "sysctl", "kill");

    private Requirements() {}

    /** What is missing here; empty if a lab can run. */
    public static List<String> missing() {
        var missing = new ArrayList<String>();
        if (!isRoot()) {
            missing.add("root");
        }
        Stream.concat(TOOLS.stream(), LinuxDatapath.missingTools(TrafficForm.NFT).stream())
                .distinct()
                .filter(tool -> !isInstalled(tool))
                .forEach(missing::add);
        return missing;
    }

    private static boolean isRoot() {
        try {
            return Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0);
        } catch (IOException | UnsupportedOperationException e) {
            return false;
        }
    }

    private static boolean isInstalled(String tool) {
        String path = System.getenv().getOrDefault("PATH", "");
        return Stream.of(path.split(":")).anyMatch(folder -> Files.isExecutable(Path.of(folder, tool)));
    }
}
