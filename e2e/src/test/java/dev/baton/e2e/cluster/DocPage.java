package dev.baton.e2e.cluster;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A page of documentation with blocks of commands and their output, so that a test can run and compare them. */
final class DocPage {
    private static final Pattern PROMPT = Pattern.compile("(administrator|pod|pod-node|egress-node)\\$ (.+)");
    private static final String BLOCK = "```console";
    private static final String END = "```";
    private static final String LEFT_OUT = "...";

    private DocPage() {}

    /**
     * A command and its output as printed on the page.
     *
     * @param place where it is typed
     */
    record Shown(String place, String command, List<String> output) {
        Shown with(UnaryOperator<String> change) {
            return new Shown(
                    place, change.apply(command), output.stream().map(change).toList());
        }

        /** What is missing in the actual output; empty if it reads as shown. */
        String missing(String actual) {
            List<String> lines = lines(actual);
            List<String> wanted = output.stream()
                    .filter(line -> !line.equals(LEFT_OUT))
                    .map(DocPage::steady)
                    .toList();
            if (!output.contains(LEFT_OUT)) {
                // In any order, because rules of one priority are listed in the order in which they were made.
                boolean same = lines.stream()
                        .sorted()
                        .toList()
                        .equals(wanted.stream().sorted().toList());
                return same ? "" : wanted.isEmpty() ? "nothing, as the page shows" : String.join("\n", wanted);
            }
            int at = 0;
            for (String line : lines) {
                at += at < wanted.size() && wanted.get(at).equals(line) ? 1 : 0;
            }
            return at == wanted.size() ? "" : wanted.get(at);
        }
    }

    static List<Shown> read(Path file) {
        var shown = new ArrayList<Shown>();
        boolean inside = false;
        try {
            for (String line : Files.readAllLines(file)) {
                Matcher prompt = PROMPT.matcher(line);
                if (line.strip().equals(BLOCK)) {
                    inside = true;
                } else if (line.strip().equals(END)) {
                    inside = false;
                } else if (inside && prompt.matches()) {
                    shown.add(new Shown(prompt.group(1), prompt.group(2), new ArrayList<>()));
                } else if (inside && !line.isBlank()) {
                    shown.getLast().output().add(line.strip());
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return shown;
    }

    static List<String> lines(String output) {
        return output.lines()
                .map(DocPage::steady)
                .filter(line -> !line.isEmpty())
                .toList();
    }

    /** With placeholders for what differs from one cluster, or one second, to the next. */
    private static String steady(String line) {
        return line.strip()
                .replaceAll("\\s+", " ")
                .replaceAll("10\\.90\\.(\\d+)\\.\\d+", "10.90.$1.POD")
                .replaceAll("egress-policy-[0-9a-f]+", "egress-policy-HASH")
                .replaceAll("(web|baton-agent)(-[0-9a-z]{8,10})?-[0-9a-z]{5}\\b", "$1-POD")
                .replaceAll("\\d{4}-\\d\\d-\\d\\dT[0-9:.]+Z", "TIME")
                .replaceAll("\\b\\d+(ms|s|m|h)(\\d+(ms|s|m))?\\b", "AGE")
                .replaceAll("Running \\d+( \\(\\w+ ago\\))?", "Running N")
                .replaceAll("^\\d+: (\\S+: <)", "N: $1")
                .replaceAll("@if\\d+", "@ifN")
                .replaceAll("^[0-9.]+[KMG]? [0-9.]+[KMG]? (?=\\S+ \\d+ -- )", "N N ") // a rule of iptables
                .replaceAll("\\b[0-9.]+[KMG]? (packets|bytes)\\b", "N $1")
                .replaceAll("egw:\\S+ (?=\\*/ /\\* (Set mark|snat policy) )", "egw:HASH ")
                .replaceAll("(initval |Size in memory: )[0-9a-fx]+", "$1N")
                .replaceAll("(time|sport|dport|packets|bytes|uid|cache)([= ])[0-9a-fx.]+", "$1$2N");
    }
}
