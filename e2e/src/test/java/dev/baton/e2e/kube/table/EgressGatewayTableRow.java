package dev.baton.e2e.kube.table;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.function.Executable;

/** One row of the table: what happens in EgressGateway, or what Baton does instead, and where that is checked. */
record EgressGatewayTableRow(int number, String scenario, Where where) {
    sealed interface Where {}

    record Here(Executable check) implements Where {}

    /** @param tests {@code Class.method}, each of which looks at this */
    record Elsewhere(List<String> tests) implements Where {
        /** Those of the tests that no source has. */
        List<String> missing(List<Path> sources) throws IOException {
            var missing = new ArrayList<String>();
            for (String test : tests) {
                String[] words = test.split("\\.", 2);
                Optional<Path> source = sources.stream()
                        .filter(file -> file.endsWith(words[0] + ".java"))
                        .findFirst();
                if (source.isEmpty() || !Files.readString(source.get()).contains("void " + words[1] + "()")) {
                    missing.add(test);
                }
            }
            return missing;
        }
    }

    record OutOfScope(String why) implements Where {}

    static EgressGatewayTableRow here(int number, String scenario, Executable check) {
        return new EgressGatewayTableRow(number, scenario, new Here(check));
    }

    static EgressGatewayTableRow elsewhere(int number, String scenario, String testClass, String... tests) {
        return elsewhere(
                number,
                scenario,
                Stream.of(tests).map(test -> testClass + "." + test).toList());
    }

    /** @param tests of several classes, each as {@code Class.method} */
    static EgressGatewayTableRow elsewhere(int number, String scenario, List<String> tests) {
        return new EgressGatewayTableRow(number, scenario, new Elsewhere(tests));
    }

    static EgressGatewayTableRow outOfScope(int number, String scenario, String why) {
        return new EgressGatewayTableRow(number, scenario, new OutOfScope(why));
    }

    /**
     * Each number of a table is there once, and so are the tests that rows name. What is not checked in the table
     * itself is printed.
     */
    static void complete(int numbers, List<EgressGatewayTableRow> rows) throws IOException {
        assertEquals(
                IntStream.rangeClosed(1, numbers).boxed().toList(),
                rows.stream().map(EgressGatewayTableRow::number).sorted().toList());
        List<Path> sources;
        try (var files = Files.walk(Path.of(System.getProperty("baton.root")))) {
            sources = files.filter(file ->
                            file.toString().endsWith(".java") && file.toString().contains("/src/test/"))
                    .toList();
        }
        for (EgressGatewayTableRow row : rows) {
            if (row.where() instanceof Elsewhere elsewhere) {
                assertEquals(List.of(), elsewhere.missing(sources), row::toString);
            }
            if (!(row.where() instanceof Here)) {
                System.out.println("not checked here: " + row);
            }
        }
    }

    /** In the rows' order: what a row leaves behind, the next ones may use. */
    static Stream<DynamicTest> checks(List<EgressGatewayTableRow> rows) {
        return rows.stream()
                .flatMap(row -> row.where() instanceof Here here
                        ? Stream.of(DynamicTest.dynamicTest(row.toString(), here.check()))
                        : Stream.empty());
    }

    @Override
    public String toString() {
        String line = number + ". " + scenario;
        return switch (where) {
            case Here _ -> line;
            case Elsewhere test -> line + " [by " + String.join(", ", test.tests()) + "]";
            case OutOfScope no -> line + " [out of scope: " + no.why() + "]";
        };
    }
}
