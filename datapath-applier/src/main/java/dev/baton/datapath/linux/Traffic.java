package dev.baton.datapath.linux;

import dev.baton.contract.DatapathFault;
import dev.baton.datapath.DatapathException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * An nft table in the kernel: brought to a wanted state by one transaction each, and watched. Whether what a former
 * agent left is right is asked of the kernel itself: the wanted table is made beside it, dormant, and the two listings
 * are compared; if they agree, nothing is touched.
 */
final class Traffic {
    private static final int SHARE = 20;
    private static final long LARGE_NANOS = 50_000_000;
    private static final Pattern LEAKS = Pattern.compile("packets (\\d+)");

    private final OneShot tools;
    private final ToolChild terse;
    private final ToolChild nft;
    private @Nullable NftTable programmed;
    private String structure = "";
    private long leaksBefore;
    private long leaksRead;
    private long looked = System.nanoTime();
    private long lookTook;

    /** @param terse a running nft that lists structure only; {@code nft} lists all */
    Traffic(OneShot tools, ToolChild terse, ToolChild nft) {
        this.tools = tools;
        this.terse = terse;
        this.nft = nft;
    }

    /** The transaction that brings the table to what is wanted; no text: it is so already. */
    record Change(NftTable wanted, String text) {}

    /** To be carried out by the caller, perhaps with others in one transaction, and then told to {@link #made}. */
    Change change(NftTable wanted) throws DatapathException {
        NftTable current = programmed;
        if (current != null) {
            return new Change(wanted, wanted.from(current));
        }
        if (standsAlready(wanted)) {
            return new Change(wanted, "");
        }
        // The counter goes with the table, and had gone already if somebody deleted that.
        leaksBefore = Math.max(leaksRead, leaksBefore + leaks(wanted));
        return new Change(wanted, wanted.replacement());
    }

    void made(Change change) throws DatapathException {
        if (programmed == null || !change.text.isEmpty()) {
            programmed = change.wanted;
            structure = structure(change.wanted);
        }
    }

    /** What we believed of it may be why a change failed: next time it is replaced whole. */
    void forget() {
        programmed = null;
    }

    /** Whether we have programmed it and have since seen no drift. */
    boolean stands() {
        return programmed != null;
    }

    /** As {@link #ensure}, of chains, rules and the sets' names only: their contents are somebody else's. */
    boolean ensureStructure(NftTable wanted) throws DatapathException {
        if (!structure(wanted).isEmpty() && sameStructure(wanted)) {
            programmed = wanted;
            structure = structure(wanted);
            return false;
        }
        tools.require(DatapathFault.FIREWALL, wanted.replacement(), "nft", "-f", "-");
        programmed = wanted;
        structure = structure(wanted);
        return true;
    }

    /**
     * Whether chains, rules and the sets' names are no longer what they were after our last change.
     *
     * @param atOnce somebody is known to have changed something
     */
    boolean drifted(boolean atOnce) throws DatapathException {
        NftTable current = programmed;
        if (current == null || tooSoon(atOnce)) {
            return false;
        }
        boolean same = structure(current).equals(structure);
        lookTook = System.nanoTime() - looked;
        return forgetUnless(same);
    }

    /** Looks at the lists' contents too. */
    boolean driftedInDepth(boolean atOnce) throws DatapathException {
        NftTable current = programmed;
        if (current == null || tooSoon(atOnce)) {
            return false;
        }
        boolean same = standsAlready(current);
        lookTook = System.nanoTime() - looked;
        return forgetUnless(same);
    }

    private boolean forgetUnless(boolean same) {
        if (!same) {
            programmed = null;
        }
        return !same;
    }

    /** Whether looking at it takes so long that nothing else long should be done with it. */
    boolean isLarge() {
        return lookTook > LARGE_NANOS;
    }

    /** Reading a large table takes long: at most a twentieth of the time goes into it. */
    private boolean tooSoon(boolean atOnce) {
        long now = System.nanoTime();
        if (!atOnce && now - looked < SHARE * lookTook) {
            return true;
        }
        looked = now;
        return false;
    }

    long leaks() throws DatapathException {
        NftTable current = programmed;
        leaksRead = current == null ? leaksBefore : leaksBefore + leaks(current);
        return leaksRead;
    }

    private long leaks(NftTable table) throws DatapathException {
        String counter = "list counter " + table.family() + " " + table.name() + " " + GuardTable.LEAKS;
        var matcher = LEAKS.matcher(String.join(" ", nft.run(List.of(counter)).lines()));
        return matcher.find() ? Long.parseLong(matcher.group(1)) : 0;
    }

    /** Empty if there is no such table. */
    private String structure(NftTable table) throws DatapathException {
        var answer = terse.run(List.of("list table " + table.family() + " " + table.name()));
        return answer.complaint().isPresent() ? "" : String.join("\n", answer.lines());
    }

    private boolean standsAlready(NftTable wanted) throws DatapathException {
        return agrees(wanted, "-s");
    }

    private boolean sameStructure(NftTable wanted) throws DatapathException {
        return agrees(wanted, "-st");
    }

    private boolean agrees(NftTable wanted, String flags) throws DatapathException {
        Optional<String> live = listing(wanted, flags);
        if (live.isEmpty()) {
            return false;
        }
        var model = new NftTable(wanted.family(), wanted.name() + "-model", wanted.sets(), wanted.chains());
        String dormant = model.creation().replaceFirst("\n", " { flags dormant; }\n");
        tools.require(DatapathFault.FIREWALL, model.deletion() + dormant, "nft", "-f", "-");
        try {
            return listing(model, flags)
                    .map(text -> normal(text, model))
                    .equals(live.map(text -> normal(text, wanted)));
        } finally {
            tools.require(DatapathFault.FIREWALL, model.deletion(), "nft", "-f", "-");
        }
    }

    private Optional<String> listing(NftTable table, String flags) throws DatapathException {
        var answer = tools.run("", "nft", flags, "list", "table", table.family(), table.name());
        return answer.succeeded() ? Optional.of(answer.output()) : Optional.empty();
    }

    /** Objects are listed in the order in which they were made, which is history and not state. */
    private static String normal(String listing, NftTable table) {
        String body = listing.replace("table " + table.family() + " " + table.name() + " {\n", "")
                .replace("\tflags dormant\n\n", "");
        int end = body.lastIndexOf('}');
        return Arrays.stream(body.substring(0, Math.max(0, end)).split("\n\n|\n(?=\t[a-z])"))
                .map(String::strip)
                .filter(block -> !block.isEmpty())
                .sorted()
                .collect(Collectors.joining("\n\n"));
    }
}
