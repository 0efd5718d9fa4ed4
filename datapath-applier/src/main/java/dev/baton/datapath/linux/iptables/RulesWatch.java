package dev.baton.datapath.linux.iptables;

import dev.baton.contract.DatapathFault;
import dev.baton.contract.IpFamily;
import dev.baton.datapath.DatapathException;
import dev.baton.datapath.linux.iptables.PolicyRules.Chains;
import dev.baton.datapath.linux.nft.TrafficTable;
import dev.baton.datapath.linux.tool.RunTool;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks whether the kernel holds what was programmed, on another thread than the datapath's: a node's nat table may be
 * large. Hashes in comments say it of the rules. Since somebody may change a rule and leave its comment, the first look
 * keeps the rules' whole text, for the next ones to compare.
 */
final class RulesWatch {
    private static final Logger log = LoggerFactory.getLogger(RulesWatch.class);

    /** Of a few policies: five tools are started for a look, which take the processor for some 20 ms. */
    private static final long PAUSE_NANOS = 1_000_000_000;

    /** Of many, at most a twentieth of the time goes into looking. Not of a few: a busy machine would change that. */
    private static final int SHARE = 20;

    private static final int MANY = 50;

    private static final int FAILED_LOOKS = 3;

    private final RunTool tools;
    private Optional<Look> running = Optional.empty();
    private Optional<Seen> known = Optional.empty();
    private long lastEnd = System.nanoTime();
    private long lastTook;
    private int failedLooks;

    RulesWatch(RunTool tools) {
        this.tools = tools;
    }

    /** What a look saw. */
    private record Seen(PolicyRules of, boolean asWanted, List<String> rules, long tookNanos) {
        private boolean isLike(Optional<Seen> before) {
            return asWanted
                    && before.filter(seen -> seen.of == of && !seen.rules.equals(rules))
                            .isEmpty();
        }
    }

    private record Look(PolicyRules of, CompletableFuture<Seen> result) {}

    /** The answer of the last look that has ended; true as long as there is none. */
    boolean isAsWanted(PolicyRules wanted, Backend backend) throws DatapathException {
        if (running.isEmpty() && System.nanoTime() - lastEnd > pauseNanos(wanted)) {
            running = Optional.of(begin(wanted, backend));
        }
        if (running.isEmpty() || !running.get().result.isDone()) {
            return true;
        }
        Look look = running.get();
        running = Optional.empty();
        lastEnd = System.nanoTime();
        try {
            Seen seen = look.result.join();
            failedLooks = 0;
            lastTook = seen.tookNanos;
            if (look.of != wanted) {
                return true; // a look at what we have changed meanwhile tells nothing
            }
            boolean like = seen.isLike(known);
            known = like ? Optional.of(seen) : Optional.empty();
            return like;
        } catch (CompletionException e) {
            failedLooks++;
            if (failedLooks < FAILED_LOOKS) {
                log.warn("event=look_failed table=iptables reason=\"{}\"", String.valueOf(e.getCause()));
                return true;
            }
            throw new DatapathException(DatapathFault.FIREWALL, "looking at iptables: " + e.getCause(), e);
        }
    }

    private long pauseNanos(PolicyRules wanted) {
        return wanted.sets().size() > MANY ? Math.max(PAUSE_NANOS, SHARE * lastTook) : PAUSE_NANOS;
    }

    private Look begin(PolicyRules wanted, Backend backend) {
        var result = new CompletableFuture<Seen>();
        Thread.ofPlatform().daemon().name("iptables-look").start(() -> {
            try {
                result.complete(look(wanted, backend));
            } catch (DatapathException | RuntimeException e) {
                result.completeExceptionally(e);
            }
        });
        return new Look(wanted, result);
    }

    private Seen look(PolicyRules wanted, Backend backend) throws DatapathException {
        long begin = System.nanoTime();
        var rules = new ArrayList<String>();
        boolean asWanted = sets().entrySet().containsAll(members(wanted).entrySet());
        for (var chains : wanted.chains().entrySet()) {
            IpFamily family = chains.getKey();
            Chains of = chains.getValue();
            var mangle = SavedTable.of(backend.saved(family, "mangle", tools));
            var nat = SavedTable.of(backend.saved(family, "nat", tools));
            asWanted &= stands(mangle, TrafficTable.MARK_REQUEST, of.mark(), rules)
                    && stands(nat, TrafficTable.SNAT_EIP, of.translate(), rules)
                    && standsFirst(mangle, "PREROUTING", PolicyRules.PREROUTING, rules)
                    && standsFirst(nat, "POSTROUTING", PolicyRules.POSTROUTING, rules);
        }
        return new Seen(wanted, asWanted, rules, System.nanoTime() - begin);
    }

    private static boolean stands(SavedTable table, String chain, HashedRules wanted, List<String> all) {
        List<String> rules = table.rules(chain);
        all.addAll(rules);
        return rules.size() == wanted.rules().size() && SavedTable.hashes(rules).equals(wanted.hashes());
    }

    private static boolean standsFirst(SavedTable table, String chain, HashedRules wanted, List<String> all) {
        List<String> rules = table.rules(chain);
        List<String> first =
                rules.subList(0, Math.min(rules.size(), wanted.rules().size()));
        all.addAll(first);
        return SavedTable.hashes(first).equals(wanted.hashes())
                && SavedTable.hashes(rules).equals(wanted.hashes());
    }

    private static Map<String, List<String>> members(PolicyRules wanted) {
        var members = new TreeMap<String, List<String>>();
        members.put(SetNames.OURS, List.of());
        wanted.sets().forEach((name, set) -> members.put(name, List.copyOf(set.members())));
        return members;
    }

    /** The contents of all sets, sorted. */
    private Map<String, List<String>> sets() throws DatapathException {
        var members = new TreeMap<String, TreeSet<String>>();
        String saved = tools.require(DatapathFault.FIREWALL, "", "ipset", "save");
        for (String line : saved.lines().toList()) {
            String[] words = line.split(" ", 3);
            if (words.length == 3 && (SetNames.isOfPolicies(words[1]) || words[1].equals(SetNames.OURS))) {
                var of = members.computeIfAbsent(words[1], name -> new TreeSet<>());
                if (words[0].equals("add")) {
                    of.add(IpSet.normal(words[2]));
                }
            }
        }
        var sorted = new TreeMap<String, List<String>>();
        members.forEach((name, of) -> sorted.put(name, List.copyOf(of)));
        return sorted;
    }
}
