package dev.baton.datapath.linux;

import dev.baton.contract.PolicyId;
import dev.baton.datapath.core.DesiredState;
import dev.baton.datapath.core.DesiredState.PolicyMatch;
import dev.baton.datapath.linux.NftTable.Chain;
import dev.baton.datapath.linux.NftTable.Elements;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.function.Function;

/**
 * The chains that pods' policies gave last time, so that a change of one policy among thousands works out one chain. It
 * goes by the very objects: {@link dev.baton.datapath.core.NodeView} gives the same one again for what did not change.
 */
final class PolicyChains {
    /** What a chain is made of, policy by policy. */
    record Part(PolicyMatch match, String verdict) {}

    /** A chain, the sets that it names, and what both are made of. */
    record Made(List<Part> of, String name, Chain chain, SortedMap<String, Elements> sets) {}

    private Map<List<PolicyId>, Made> last = Map.of();

    /** @param make works it out anew */
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

    /** What was made this time; all else is forgotten. */
    void keep(Map<List<PolicyId>, Made> made) {
        last = made;
    }
}
