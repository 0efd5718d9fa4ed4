package dev.baton.datapath.linux;

import dev.baton.contract.DatapathFault;
import dev.baton.datapath.DatapathException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An nft table in the kernel: brought to a wanted state by one transaction each, and watched. Whether what a former
 * agent left is right is asked of the kernel itself: the wanted table is made beside it, dormant, and the two listings
 * are compared; if they agree, nothing is touched.
 */
final class Traffic {
    private static final Logger LOG = LoggerFactory.getLogger(Traffic.class);

    private static final int SHARE = 20;
    private static final int LARGE_CHAINS = 50;
    private static final String UNREAD = "";
    private static final String MODEL = "-model";
    private static final String LOOK = "-look";
    /** What nft says of a table that does not exist. */
    private static final String NOT_THERE = "Error: No such file or directory";
    /** A look that failed says nothing; as many in a row say that nobody can look. */
    private static final int FAILED_LOOKS = 3;

    private final OneShot tools;
    private final ToolChild terse;
    private final Optional<String> namespace;
    private @Nullable NftTable programmed;
    private String structure = UNREAD;
    private long leaksBefore;
    private long leaksRead;
    private long looked = System.nanoTime();
    private long lookTook;
    private Optional<Look> looking = Optional.empty();
    private boolean lookedShallow;
    private int failedLooks;

    /** @param terse a running nft that lists structure only */
    Traffic(OneShot tools, ToolChild terse, Optional<String> namespace) {
        this.tools = tools;
        this.terse = terse;
        this.namespace = namespace;
    }

    /**
     * The transaction that brings the table to what is wanted; no text: it is so already.
     *
     * @param structure as it was read before it was found to be so
     */
    record Change(NftTable wanted, String text, String structure) {}

    /** To be carried out by the caller, perhaps with others in one transaction, and then told to {@link #made}. */
    Change change(NftTable wanted) throws DatapathException {
        NftTable current = programmed;
        if (current != null) {
            return new Change(wanted, wanted.from(current), "");
        }
        // Reading a large one takes long: the next look beside the work does.
        String before = isLarge(wanted) ? UNREAD : structure(wanted);
        if (standsAlready(wanted)) {
            return new Change(wanted, "", before);
        }
        // The counter goes with the table, and had gone already if somebody deleted that.
        leaksBefore = Math.max(leaksRead, leaksBefore + leaks(wanted));
        return new Change(wanted, wanted.replacement(), "");
    }

    /** @param more whether it was only a step on the way to what is wanted */
    void made(Change change, boolean more) throws DatapathException {
        boolean replaced = programmed == null && !change.text.isEmpty();
        if (replaced && !more && !isLarge(change.wanted)) {
            // Who took the first one away may have taken this one too by now: the next look is not at what is there,
            // but whether that is what is wanted.
            return;
        }
        if (programmed == null || !change.text.isEmpty()) {
            programmed = change.wanted;
            // Reading a large one back takes longer than changing it: the next look beside the work does.
            structure = change.text.isEmpty()
                    ? change.structure
                    : more || isLarge(change.wanted) ? UNREAD : structure(change.wanted);
        }
    }

    /** What we believed of it may be why a change failed: next time it is replaced whole. */
    void forget() {
        programmed = null;
    }

    /** Whether it was read since it was changed last. */
    boolean isReadBack() {
        return programmed != null && !structure.equals(UNREAD);
    }

    /** Whether we have programmed it and have since seen no drift. */
    boolean stands() {
        return programmed != null;
    }

    /**
     * Makes the table unless its chains, rules and sets' names are as wanted: the sets' contents are somebody else's.
     */
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
     * Whether the table is no longer what our last change made it. A large one is looked at on another thread, and the
     * answer is given by a later call: the work thread must not hang, or the lease's renewal is withheld.
     *
     * @param deep the lists' contents too, else chains, rules and the sets' names only; of a large table every second
     *     look is deep
     * @param atOnce somebody is known to have changed something
     */
    boolean drifted(boolean deep, boolean atOnce) throws DatapathException {
        NftTable current = programmed;
        if (current == null) {
            return false;
        }
        // Who is told of a change does not wait for a look that began before it.
        if (looking.isPresent() && !atOnce) {
            return looking.get().seen.isDone() && hasDrifted(looking.get(), current);
        }
        if (tooSoon(atOnce)) {
            return false;
        }
        if (isLarge() && !atOnce) {
            String expected = structure;
            boolean deepToo = lookedShallow || expected.equals(UNREAD);
            lookedShallow = !deepToo;
            looking = Optional.of(Look.begin(current, () -> stands(current, expected, deepToo)));
            return false;
        }
        boolean same = deep || structure.equals(UNREAD)
                ? agrees(current, "-s", MODEL)
                : lines(structure(current)).equals(lines(structure));
        lookTook = System.nanoTime() - looked;
        return forgetUnless(same);
    }

    /** What a look found, and what it took. */
    private record Seen(Stood stood, long tookNanos) {}

    /**
     * Whether a table is as it should be.
     *
     * @param structure as it was read
     */
    private record Stood(boolean same, String structure) {}

    /** A look that runs beside the work, and what it looks for. */
    private record Look(NftTable of, CompletableFuture<Seen> seen) {
        interface Question {
            Stood ask() throws DatapathException;
        }

        static Look begin(NftTable of, Question question) {
            var seen = new CompletableFuture<Seen>();
            OneShot.daemon("nft-look", () -> {
                long begin = System.nanoTime();
                try {
                    seen.complete(new Seen(question.ask(), System.nanoTime() - begin));
                } catch (DatapathException | RuntimeException e) {
                    seen.completeExceptionally(e);
                }
            });
            return new Look(of, seen);
        }
    }

    private boolean hasDrifted(Look look, NftTable current) throws DatapathException {
        looking = Optional.empty();
        try {
            Seen seen = look.seen.join();
            failedLooks = 0;
            lookTook = seen.tookNanos;
            if (look.of != current) {
                return false; // what was changed by us meanwhile says nothing
            }
            structure = seen.stood.structure;
            return forgetUnless(seen.stood.same);
        } catch (CompletionException e) {
            failedLooks++;
            if (failedLooks < FAILED_LOOKS) {
                LOG.warn("event=look_failed table={} reason=\"{}\"", look.of.name(), e.getCause());
                return false;
            }
            throw new DatapathException(
                    DatapathFault.FIREWALL, "looking at " + look.of.name() + ": " + e.getCause(), e);
        }
    }

    /** On a thread of its own, so with tools of its own. */
    private Stood stands(NftTable wanted, String expected, boolean deep) throws DatapathException {
        String live = listing(wanted, "-st").orElse("");
        boolean same = deep ? agrees(wanted, "-s", LOOK) : lines(live).equals(lines(expected));
        return new Stood(same && !live.isEmpty(), live);
    }

    /** Without what differs between a tool that runs on and one that runs once. */
    private static List<String> lines(String listing) {
        return listing.lines()
                .map(String::strip)
                .filter(line -> !line.isEmpty())
                .toList();
    }

    private boolean forgetUnless(boolean same) {
        if (!same) {
            programmed = null;
        }
        return !same;
    }

    /**
     * Whether looking at it takes so long that nothing else should wait for it. By size, not by a clock that others
     * slow down: what is small is looked at often.
     */
    boolean isLarge() {
        NftTable current = programmed;
        return current != null && isLarge(current);
    }

    private static boolean isLarge(NftTable table) {
        return table.chains().size() > LARGE_CHAINS;
    }

    /** What removes the models of this table that a killed agent may have left. */
    static String leftovers(String family, String name) {
        return Stream.of(MODEL, LOOK)
                .map(suffix -> new NftTable(family, name + suffix, new TreeMap<>(), new TreeMap<>()).dormantDeletion())
                .collect(Collectors.joining());
    }

    /** Reading a large table takes long: at most a twentieth of the time goes into it. */
    private boolean tooSoon(boolean atOnce) {
        long now = System.nanoTime();
        if (!atOnce && isLarge() && now - looked < SHARE * lookTook) {
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
        return NftCounter.packets(namespace, table.name(), GuardTable.LEAKS);
    }

    /** Empty if there is no such table. A large one takes longer to list than the running tool has time to answer. */
    private String structure(NftTable table) throws DatapathException {
        if (isLarge(table)) {
            return listing(table, "-st").orElse("");
        }
        var answer = terse.run(List.of("list table " + table.family() + " " + table.name()));
        return answer.complaint().isPresent() ? "" : String.join("\n", answer.lines());
    }

    private boolean standsAlready(NftTable wanted) throws DatapathException {
        return agrees(wanted, "-s", MODEL);
    }

    private boolean sameStructure(NftTable wanted) throws DatapathException {
        return agrees(wanted, "-st", MODEL);
    }

    private boolean agrees(NftTable wanted, String flags, String suffix) throws DatapathException {
        Optional<String> live = listing(wanted, flags);
        // A model of many policies takes a second to make: not to be found out what can be seen at once.
        if (live.filter(text -> chains(text) == wanted.chains().size()).isEmpty()) {
            return false;
        }
        var model = new NftTable(wanted.family(), wanted.name() + suffix, wanted.sets(), wanted.chains());
        tools.require(DatapathFault.FIREWALL, model.dormantDeletion() + model.dormantCreation(), "nft", "-f", "-");
        try {
            return listing(model, flags)
                    .map(text -> normal(text, model))
                    .equals(live.map(text -> normal(text, wanted)));
        } finally {
            tools.require(DatapathFault.FIREWALL, model.dormantDeletion(), "nft", "-f", "-");
        }
    }

    private static long chains(String listing) {
        return listing.lines().filter(line -> line.startsWith("\tchain ")).count();
    }

    /** Empty if there is no such table. */
    private Optional<String> listing(NftTable table, String flags) throws DatapathException {
        var answer = tools.run("", "nft", flags, "list", "table", table.family(), table.name());
        if (answer.succeeded()) {
            return Optional.of(answer.output());
        }
        if (answer.complaint().contains(NOT_THERE)) {
            return Optional.empty();
        }
        // Not to be taken for a table that somebody deleted.
        throw new DatapathException(
                DatapathFault.FIREWALL, "table " + table.name() + " cannot be listed: " + answer.said());
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
