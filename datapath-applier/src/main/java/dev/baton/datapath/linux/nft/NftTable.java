package dev.baton.datapath.linux.nft;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** An nft table as data, and the transaction that turns one state of it into another. */
public record NftTable(String family, String name, SortedMap<String, Elements> sets, SortedMap<String, Chain> chains) {
    /** nft takes lines of any length, but its error messages repeat them. */
    private static final int ELEMENTS_A_LINE = 500;

    private static final String DORMANT = " { flags dormant; }";

    public NftTable {
        sets = Collections.unmodifiableSortedMap(new TreeMap<>(sets));
        chains = Collections.unmodifiableSortedMap(new TreeMap<>(chains));
    }

    /**
     * A set or a map.
     *
     * @param declaration {@code set} or {@code map}
     * @param type its type and flags
     * @param entries for a set, element to empty text; for a map, key to value
     */
    public record Elements(String declaration, String type, SortedMap<String, String> entries) {
        public Elements {
            entries = Collections.unmodifiableSortedMap(new TreeMap<>(entries));
        }

        /** The nft tool merges intervals, so a single one cannot be deleted again. */
        private boolean replacedWhole() {
            return type.contains("interval");
        }
    }

    /** @param hook empty for a chain that others jump to */
    public record Chain(String hook, List<String> rules) {
        public Chain {
            rules = List.copyOf(rules);
        }
    }

    private String at(String object) {
        return family + " " + name + " " + object;
    }

    /** The transaction that makes this table where none is. */
    public String creation() {
        return from(new NftTable(family, name, new TreeMap<>(), new TreeMap<>()));
    }

    /** The transaction that replaces any table of this name: packets see the old table or the new one. */
    public String replacement() {
        return deletion() + creation();
    }

    /** Correct also if there is no such table. */
    public String deletion() {
        return "add table " + family + " " + name + "\ndelete table " + family + " " + name + "\n";
    }

    /** Like {@link #creation}, but of a dormant table, which no packet meets. */
    String dormantCreation() {
        return creation().replaceFirst("\n", DORMANT + "\n");
    }

    /**
     * Deletes a dormant table. Naming the table without the flag would wake it: until the transaction ended, packets
     * would go through its chains as well as through those of the table that it is a model of, and some would be lost.
     */
    String dormantDeletion() {
        return "add table " + family + " " + name + DORMANT + "\ndelete table " + family + " " + name + "\n";
    }

    /**
     * The transaction that turns {@code old} into this; empty if nothing differs. Sets are made before the rules that
     * name them, and deleted after them.
     */
    public String from(NftTable old) {
        var lines = new ArrayList<String>();
        sets.forEach((set, elements) -> {
            if (!old.sets.containsKey(set)) {
                String body = elements.type.isEmpty() ? "" : " { " + elements.type + " }";
                lines.add("add " + elements.declaration + " " + at(set) + body);
            }
        });
        chains.forEach((chain, content) -> {
            if (!old.chains.containsKey(chain)) {
                lines.add("add chain " + at(chain) + content.hook);
            }
        });
        chains.forEach((chain, content) -> rewrite(chain, content, old, lines));
        sets.forEach((set, elements) -> {
            Elements before = old.sets.get(set);
            change(set, before == null ? new Elements("", elements.type, new TreeMap<>()) : before, elements, lines);
        });
        var gone =
                old.chains.keySet().stream().filter(c -> !chains.containsKey(c)).toList();
        gone.forEach(chain -> lines.add("flush chain " + at(chain)));
        gone.forEach(chain -> lines.add("delete chain " + at(chain)));
        old.sets.forEach((set, elements) -> {
            if (!sets.containsKey(set)) {
                lines.add("delete " + elements.declaration + " " + at(set));
            }
        });
        boolean fresh = old.sets.isEmpty() && old.chains.isEmpty();
        if (fresh) {
            lines.addFirst("add table " + family + " " + name);
        }
        return lines.isEmpty() ? "" : String.join("\n", lines) + "\n";
    }

    private void rewrite(String chain, Chain content, NftTable old, List<String> lines) {
        Chain before = old.chains.get(chain);
        if (before != null && before.rules.equals(content.rules)) {
            return;
        }
        if (before != null) {
            lines.add("flush chain " + at(chain));
        }
        content.rules.forEach(rule -> lines.add("add rule " + at(chain) + " " + rule));
    }

    private void change(String set, Elements before, Elements after, List<String> lines) {
        if (before.entries.equals(after.entries)) {
            return;
        }
        if (after.replacedWhole()) {
            if (!before.entries.isEmpty()) {
                lines.add("flush set " + at(set));
            }
            add(set, after.entries, lines);
            return;
        }
        var removed = before.entries.entrySet().stream()
                .filter(entry -> !entry.getValue().equals(after.entries.get(entry.getKey())))
                .map(Map.Entry::getKey)
                .toList();
        for (int i = 0; i < removed.size(); i += ELEMENTS_A_LINE) {
            var some = removed.subList(i, Math.min(removed.size(), i + ELEMENTS_A_LINE));
            lines.add("delete element " + at(set) + " { " + String.join(", ", some) + " }");
        }
        var added = new TreeMap<>(after.entries);
        added.entrySet().removeIf(entry -> entry.getValue().equals(before.entries.get(entry.getKey())));
        add(set, added, lines);
    }

    private void add(String set, SortedMap<String, String> entries, List<String> lines) {
        var texts = entries.entrySet().stream()
                .map(entry -> entry.getValue().isEmpty() ? entry.getKey() : entry.getKey() + " : " + entry.getValue())
                .toList();
        for (int i = 0; i < texts.size(); i += ELEMENTS_A_LINE) {
            var some = texts.subList(i, Math.min(texts.size(), i + ELEMENTS_A_LINE));
            lines.add("add element " + at(set) + some.stream().collect(Collectors.joining(", ", " { ", " }")));
        }
    }
}
