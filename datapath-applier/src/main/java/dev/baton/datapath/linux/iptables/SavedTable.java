package dev.baton.datapath.linux.iptables;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A table as iptables-save prints it. */
record SavedTable(List<String> lines) {
    private static final Pattern HASH = Pattern.compile("--comment \"?" + HashedRules.MARKER + "([A-Za-z0-9_-]{16})");
    private static final String CHAINS = "EGRESSGATEWAY-";

    SavedTable {
        lines = List.copyOf(lines);
    }

    static SavedTable of(String listing) {
        return new SavedTable(listing.lines().toList());
    }

    /** The rules of a chain, as they were added. */
    List<String> rules(String chain) {
        return lines.stream()
                .filter(line -> line.startsWith("-A " + chain + " "))
                .toList();
    }

    /** The rules of ours, or of EgressGateway's, in all chains that are not. */
    List<String> inOthersChains() {
        return lines.stream()
                .filter(line -> line.startsWith("-A ") && !line.startsWith("-A " + CHAINS))
                .filter(line -> HASH.matcher(line).find())
                .toList();
    }

    /** The chains of ours, or of EgressGateway's. */
    List<String> chains() {
        return lines.stream()
                .filter(line -> line.startsWith(":" + CHAINS))
                .map(line -> line.substring(1, line.indexOf(' ')))
                .toList();
    }

    boolean hasNothingOfOurs() {
        return chains().isEmpty() && inOthersChains().isEmpty();
    }

    /** The hashes of rules; those that have none are left out. */
    static List<String> hashes(List<String> rules) {
        var hashes = new ArrayList<String>();
        for (String rule : rules) {
            Matcher hash = HASH.matcher(rule);
            if (hash.find()) {
                hashes.add(hash.group(1));
            }
        }
        return hashes;
    }

    /** The commands, of one transaction, that take away what is ours. */
    String deletion(String table) {
        return "*" + table + "\n" + ruleDeletions() + chainDeletions(chains()) + "COMMIT\n";
    }

    /** The commands that take away {@link #inOthersChains}. */
    String ruleDeletions() {
        return inOthersChains().stream()
                .map(rule -> "-D" + rule.substring(2) + "\n")
                .collect(Collectors.joining());
    }

    /** The commands that take these chains away, which may name each other. */
    static String chainDeletions(List<String> chains) {
        return Stream.of("-F ", "-X ")
                .flatMap(command -> chains.stream().map(chain -> command + chain + "\n"))
                .collect(Collectors.joining());
    }
}
