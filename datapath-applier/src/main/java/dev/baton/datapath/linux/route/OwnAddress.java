package dev.baton.datapath.linux.route;

import dev.baton.contract.Cidr;
import dev.baton.contract.DatapathFault;
import dev.baton.contract.IpAddress;
import dev.baton.contract.IpFamily;
import dev.baton.datapath.DatapathException;
import dev.baton.datapath.linux.tool.RunTool;
import dev.baton.datapath.linux.tool.Words;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** An address of the node's own, and its network, as the kernel has them. A single host's is none: it may be an EIP. */
public record OwnAddress(IpAddress address, Cidr network) {
    /** Of each interface that is up, by its name. */
    public static SortedMap<String, List<OwnAddress>> byInterface(RunTool tools) throws DatapathException {
        String shown =
                tools.require(DatapathFault.PARENT_INTERFACE, "", "ip", "-o", "addr", "show", "up", "scope", "global");
        var own = new TreeMap<String, List<OwnAddress>>();
        for (List<String> words : shown.lines().map(Words::of).toList()) {
            if (words.size() > 3 && isOwn(words.get(3))) {
                own.computeIfAbsent(words.get(1), _ -> new ArrayList<>())
                        .add(new OwnAddress(address(words.get(3)), Cidr.parse(words.get(3))));
            }
        }
        return own;
    }

    private static boolean isOwn(String text) {
        return text.contains("/")
                && !text.endsWith("/" + IpFamily.V4.bits())
                && !text.endsWith("/" + IpFamily.V6.bits());
    }

    private static IpAddress address(String text) {
        return IpAddress.parse(text.substring(0, text.indexOf('/')));
    }
}
