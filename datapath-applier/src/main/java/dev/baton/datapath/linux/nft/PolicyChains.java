package dev.baton.datapath.linux.nft;

import dev.baton.contract.Cidr;
import dev.baton.contract.PolicyId;
import dev.baton.datapath.core.DesiredState;
import dev.baton.datapath.core.DesiredState.PolicyMatch;
import dev.baton.datapath.linux.nft.NftTable.Chain;
import dev.baton.datapath.linux.nft.NftTable.Elements;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.function.Function;

/**
 * Remembers the chains that pods' policies gave last time, so that a change of one policy among thousands computes one
 * chain. Policies are compared by identity: {@link dev.baton.datapath.core.NodeView} returns the same object for a
 * policy that did not change.
 */
public final class PolicyChains {
    /** What one policy contributes to a chain. */
    record Part(PolicyMatch match, String verdict) {}

    /** A chain, the sets that it names, and the parts from which both were made. */
    record Made(List<Part> of, String name, Chain chain, SortedMap<String, Elements> sets) {}

    private Map<List<PolicyId>, Made> last = Map.of();
    private SortedSet<Cidr> inside = Collections.emptySortedSet();

    /** Every chain says what is inside the cluster: none of those made for other networks is of use. */
    void forgetUnless(SortedSet<Cidr> networks) {
        if (!networks.equals(inside)) {
            inside = networks;
            last = Map.of();
        }
    }

    /** @param make computes a chain that is not remembered */
    Made of(
            List<PolicyId> ids,
            DesiredState desired,
            Function<PolicyMatch, String> verdict,
            Function<List<Part>, Made> make) {
        var parts = new ArrayList<Part>(ids.size());
        for (PolicyId id : ids) {
            PolicyMatch match = desired.policies().get(id);
            if (match != null) {
                parts.add(new Part(match, verdict.apply(match)));
            }
        }
        Made known = last.get(ids);
        return known != null && isSame(known.of(), parts) ? known : make.apply(parts);
    }

    private static boolean isSame(List<Part> one, List<Part> other) {
        for (int i = 0; i < one.size() && one.size() == other.size(); i++) {
            boolean same = one.get(i).match() == other.get(i).match()
                    && one.get(i).verdict().equals(other.get(i).verdict());
            if (!same) {
                return false;
            }
        }
        return one.size() == other.size();
    }

    /** Remembers these chains and forgets all others. */
    void keep(Map<List<PolicyId>, Made> made) {
        last = made;
    }
}
