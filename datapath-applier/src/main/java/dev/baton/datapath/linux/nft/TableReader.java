package dev.baton.datapath.linux.nft;

import dev.baton.contract.DatapathFault;
import dev.baton.datapath.DatapathException;
import dev.baton.datapath.linux.tool.ResidentTool;
import dev.baton.datapath.linux.tool.RunTool;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Lists tables and compares them with wanted ones. The wanted table is created beside the live one, dormant, and the
 * kernel's listings of both are compared: so nothing needs to know how nft prints a rule.
 */
final class TableReader {
    /** The structure of a table that has not been read. */
    static final String UNREAD = "";

    private static final int LARGE_CHAINS = 50;
    private static final String MODEL = "-model";
    private static final String MODEL_OF_WATCH = "-look";
    /** What nft says of a table that does not exist. */
    private static final String NOT_THERE = "Error: No such file or directory";

    private static final String ALL = "-s";
    private static final String STRUCTURE = "-st";

    private final RunTool tools;
    private final ResidentTool terse;

    /** @param terse a running nft that lists structure only; used by the datapath's thread alone */
    TableReader(RunTool tools, ResidentTool terse) {
        this.tools = tools;
        this.terse = terse;
    }

    /**
     * Whether looking at the table takes so long that nothing else should wait for it. Decided by size and not by a
     * measured time, because a busy machine would change that: a small table is looked at often.
     */
    static boolean isLarge(NftTable table) {
        return table.chains().size() > LARGE_CHAINS;
    }

    /** The commands that delete the models of this table that a killed agent may have left. */
    static String deletionOfModels(String family, String name) {
        return Stream.of(MODEL, MODEL_OF_WATCH)
                .map(suffix -> new NftTable(family, name + suffix, new TreeMap<>(), new TreeMap<>()).dormantDeletion())
                .collect(Collectors.joining());
    }

    /** Empty if there is no such table. A large one takes longer to list than the running tool has time to answer. */
    String structure(NftTable table) throws DatapathException {
        if (isLarge(table)) {
            return structureByOtherTool(table);
        }
        var answer = terse.run(List.of("list table " + table.family() + " " + table.name()));
        return answer.complaint().isPresent() ? "" : String.join("\n", answer.lines());
    }

    /** The same, for another thread than the datapath's. */
    String structureByOtherTool(NftTable table) throws DatapathException {
        return listing(table, STRUCTURE).orElse("");
    }

    /** Whether two listings say the same; a running nft and one that runs once indent and space them differently. */
    static boolean isSame(String one, String other) {
        return lines(one).equals(lines(other));
    }

    private static List<String> lines(String listing) {
        return listing.lines()
                .map(String::strip)
                .filter(line -> !line.isEmpty())
                .toList();
    }

    /** Whether the kernel holds this table, with its sets' contents. */
    boolean holds(NftTable wanted) throws DatapathException {
        return agrees(wanted, ALL, MODEL);
    }

    /** The same with a model of its own, so that it can run beside the datapath's thread. */
    boolean holdsBesideTheWork(NftTable wanted) throws DatapathException {
        return agrees(wanted, ALL, MODEL_OF_WATCH);
    }

    /** Whether the kernel holds its chains, rules and sets, whatever the sets contain. */
    boolean holdsStructureOf(NftTable wanted) throws DatapathException {
        return agrees(wanted, STRUCTURE, MODEL);
    }

    private boolean agrees(NftTable wanted, String flags, String suffix) throws DatapathException {
        Optional<String> live = listing(wanted, flags);
        // Creating a model of many policies takes a second, so a difference that can be seen without it comes first.
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
        // Any other failure must not be taken for a table that somebody deleted.
        throw new DatapathException(
                DatapathFault.FIREWALL, "table " + table.name() + " cannot be listed: " + answer.said());
    }

    /** Sorted, because nft lists objects in the order in which they were made. */
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
