package dev.baton.datapath.linux.claim;

import dev.baton.contract.DatapathFault;
import dev.baton.contract.IpAddress;
import dev.baton.contract.MacAddress;
import dev.baton.datapath.DatapathException;
import dev.baton.datapath.core.DesiredState;
import dev.baton.datapath.linux.tool.RunTool;
import dev.baton.datapath.linux.tool.Words;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Which Ethernet addresses are the fleet's own: a former holder may answer for an EIP a little longer, and that is no
 * conflict. Nodes say theirs; of those that do not yet, the kernel's neighbour table knows it.
 */
final class FleetMacs {
    private final RunTool tools;

    FleetMacs(RunTool tools) {
        this.tools = tools;
    }

    /** The claims that no machine of the fleet made. The kernel is asked only if the nodes' own words do not do. */
    List<Claim> foreign(Collection<Claim> claims, DesiredState desired) throws DatapathException {
        Set<MacAddress> said = desired.nodeMacs();
        var unknown =
                claims.stream().filter(claim -> !said.contains(claim.owner())).toList();
        if (unknown.isEmpty()) {
            return List.of();
        }
        Set<String> known = known(desired);
        return unknown.stream()
                .filter(claim -> !known.contains(claim.owner().value()))
                .toList();
    }

    private Set<String> known(DesiredState desired) throws DatapathException {
        Set<String> macs = lines("link")
                .flatMap(line -> Words.after(Words.of(line), "link/ether").stream())
                .collect(Collectors.toCollection(HashSet::new));
        Set<String> nodes =
                desired.nodeAddresses().stream().map(IpAddress::toString).collect(Collectors.toSet());
        lines("neigh")
                .map(Words::of)
                .filter(words -> nodes.contains(words.getFirst()))
                .flatMap(words -> Words.after(words, "lladdr").stream())
                .forEach(macs::add);
        return macs;
    }

    private Stream<String> lines(String what) throws DatapathException {
        return tools.require(DatapathFault.ADDRESS, "", "ip", "-o", what, "show")
                .lines();
    }
}
