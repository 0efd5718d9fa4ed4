package dev.baton.datapath.linux.iptables;

import dev.baton.contract.IpFamily;
import dev.baton.datapath.DatapathException;
import dev.baton.datapath.linux.tool.RunTool;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * The two kinds of iptables. A kernel has the rules of both, and packets meet both; so a node's agent uses the one that
 * its kubelet and kube-proxy use.
 */
public enum Backend {
    NFT("iptables-nft"),
    LEGACY("iptables-legacy");

    /** Chains that kubelet makes in table mangle, in whichever backend it uses. */
    private static final List<String> HINTS = List.of(":KUBE-IPTABLES-HINT", ":KUBE-KUBELET-CANARY");

    /** Seconds for which iptables waits for another one. The thread that waits renews the lease as well. */
    static final String WAIT = "1";

    private final String tool;

    Backend(String tool) {
        this.tool = tool;
    }

    String save(IpFamily family) {
        return tool(family) + "-save";
    }

    String restore(IpFamily family) {
        return tool(family) + "-restore";
    }

    private String tool(IpFamily family) {
        return family == IpFamily.V4 ? tool : tool.replace("iptables", "ip6tables");
    }

    boolean isInstalled() {
        return RunTool.missing(tools()).isEmpty();
    }

    private List<String> tools() {
        return Stream.of(IpFamily.values())
                .flatMap(family -> Stream.of(save(family), restore(family)))
                .toList();
    }

    static List<Backend> installed() {
        return Stream.of(values()).filter(Backend::isInstalled).toList();
    }

    /** The tools that this form needs and that are not installed. */
    public static List<String> missingTools() {
        var missing = new ArrayList<>(RunTool.missing(List.of("ipset")));
        if (installed().isEmpty()) {
            missing.addAll(NFT.tools());
        }
        return missing;
    }

    /** The one that kubelet uses; where that cannot be seen, the first that is installed. */
    static Backend of(RunTool tools) throws DatapathException {
        List<Backend> installed = installed();
        for (Backend backend : installed) {
            if (backend.hasHints(tools)) {
                return backend;
            }
        }
        return installed.stream().findFirst().orElse(NFT);
    }

    private boolean hasHints(RunTool tools) throws DatapathException {
        for (IpFamily family : IpFamily.values()) {
            String saved = saved(family, "mangle", tools);
            if (HINTS.stream().anyMatch(hint -> saved.lines().anyMatch(line -> line.startsWith(hint)))) {
                return true;
            }
        }
        return false;
    }

    /** What the tool says of a table; nothing where there is none. */
    String saved(IpFamily family, String table, RunTool tools) throws DatapathException {
        return switch (this) {
            case NFT -> tools.run("", save(family), "-t", table).output();
            // To name a table has the kernel make it; so all that are there are read.
            case LEGACY -> of(table, tools.run("", save(family)).output());
        };
    }

    /** The part of a listing that is about a table. */
    private static String of(String table, String listing) {
        var part = new ArrayList<String>();
        boolean inside = false;
        for (String line : listing.lines().toList()) {
            if (line.startsWith("*")) {
                inside = line.equals("*" + table);
            }
            if (inside) {
                part.add(line);
            }
        }
        return String.join("\n", part);
    }

    /** As it is logged. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
