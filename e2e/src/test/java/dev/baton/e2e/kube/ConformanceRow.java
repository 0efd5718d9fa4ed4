package dev.baton.e2e.kube;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.function.Executable;

/** One row of the table: what happens in EgressGateway, or what Baton does instead, and where that is looked at. */
record ConformanceRow(int number, String scenario, Where where) {
    sealed interface Where {}

    record Here(Executable check) implements Where {}

    /** @param tests methods of that class which look at this, in words that its source has */
    record Elsewhere(String testClass, List<String> tests) implements Where {
        /** The class's source, with all of these tests in it; says what is missing. */
        boolean exists(List<Path> sources) throws IOException {
            for (Path source : sources) {
                if (source.endsWith(testClass + ".java")) {
                    String text = Files.readString(source);
                    return tests.stream().allMatch(test -> text.contains("void " + test + "()"));
                }
            }
            return false;
        }
    }

    record OutOfScope(String why) implements Where {}

    static ConformanceRow here(int number, String scenario, Executable check) {
        return new ConformanceRow(number, scenario, new Here(check));
    }

    static ConformanceRow elsewhere(int number, String scenario, String testClass, String... tests) {
        return new ConformanceRow(number, scenario, new Elsewhere(testClass, List.of(tests)));
    }

    static ConformanceRow outOfScope(int number, String scenario, String why) {
        return new ConformanceRow(number, scenario, new OutOfScope(why));
    }

    @Override
    public String toString() {
        String line = number + ". " + scenario;
        return switch (where) {
            case Here _ -> line;
            case Elsewhere test -> line + " [by " + test.testClass() + " " + String.join(", ", test.tests()) + "]";
            case OutOfScope no -> line + " [out of scope: " + no.why() + "]";
        };
    }
}
