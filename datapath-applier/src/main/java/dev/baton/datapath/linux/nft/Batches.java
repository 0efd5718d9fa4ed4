package dev.baton.datapath.linux.nft;

import dev.baton.contract.PolicyId;
import dev.baton.contract.Precedence;
import dev.baton.datapath.core.DesiredState;
import dev.baton.datapath.core.DesiredState.PolicyMatch;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Splits a change of many policies into several smaller ones. The kernel works on one transaction at a time, and a
 * renewal of the lease would have to wait for the end of a large one.
 */
public final class Batches {
    private static final int MOST = 500;

    private Batches() {}

    /**
     * The states to go through; the last is {@code desired}. Of two new policies, the one with higher precedence comes
     * in the same batch or an earlier one.
     */
    static List<DesiredState> of(SortedMap<PolicyId, PolicyMatch> now, DesiredState desired) {
        var news = new ArrayList<Precedence>();
        desired.policies().forEach((id, match) -> {
            if (!match.equals(now.get(id))) {
                news.add(new Precedence(match.priority(), id));
            }
        });
        if (news.size() <= MOST) {
            return List.of(desired);
        }
        Collections.sort(news);
        var states = new ArrayList<DesiredState>();
        var policies = new TreeMap<>(now);
        for (int i = 0; i + MOST < news.size(); i += MOST) {
            for (Precedence next : news.subList(i, i + MOST)) {
                PolicyMatch match = desired.policies().get(next.policy());
                if (match != null) {
                    policies.put(next.policy(), match);
                }
            }
            states.add(desired.withPolicies(new TreeMap<>(policies)));
        }
        states.add(desired);
        return states;
    }
}
