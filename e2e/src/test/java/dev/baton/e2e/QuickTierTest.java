package dev.baton.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The profile quick in pom.xml: what it chooses, told to whoever runs it. */
class QuickTierTest {
    private static final Path ROOT = Path.of(System.getProperty("baton.root"));
    private static final Pattern PROFILE = Pattern.compile(
            "<id>quick</id>.*?<tests.included>(.*?)</tests.included>.*?<tests.excluded>(.*?)</tests.excluded>",
            Pattern.DOTALL);
    private static final String REGEX = "%regex[";

    /** Test classes as Maven names their files, by the modules' source folders. */
    private static SortedSet<Path> classes() throws IOException {
        var classes = new TreeSet<Path>();
        try (Stream<Path> modules = Files.list(ROOT)) {
            for (Path tests : modules.map(module -> module.resolve("src/test/java"))
                    .filter(Files::isDirectory)
                    .toList()) {
                try (Stream<Path> files = Files.walk(tests)) {
                    files.filter(file -> file.toString().matches(".*(Test|E2E)\\.java"))
                            .map(tests::relativize)
                            .forEach(classes::add);
                }
            }
        }
        return classes;
    }

    private static List<String> patterns(String list) {
        return Stream.of(list.split(",")).map(String::strip).toList();
    }

    /** As surefire reads one pattern. */
    private static Predicate<Path> matches(String pattern) {
        if (pattern.startsWith(REGEX)) {
            Pattern regex = Pattern.compile(pattern.substring(REGEX.length(), pattern.length() - 1));
            return file ->
                    regex.matcher(file.toString().replace(".java", ".class")).matches();
        }
        PathMatcher glob = FileSystems.getDefault().getPathMatcher("glob:" + pattern);
        return glob::matches;
    }

    private static SortedSet<String> chosen(String included, String excluded) throws IOException {
        var chosen = new TreeSet<String>();
        for (Path file : classes()) {
            if (patterns(included).stream().anyMatch(pattern -> matches(pattern).test(file))
                    && patterns(excluded).stream()
                            .noneMatch(pattern -> matches(pattern).test(file))) {
                chosen.add(file.getFileName().toString().replace(".java", ""));
            }
        }
        return chosen;
    }

    /** Prints nothing when all of them run. */
    @BeforeAll
    static void sayWhatIsLeftOut() throws IOException {
        SortedSet<String> left = chosen("**/*.java", "none");
        left.removeAll(chosen(
                System.getProperty("baton.tests.included", "**/*.java"),
                System.getProperty("baton.tests.excluded", "none")));
        if (!left.isEmpty()) {
            System.out.println("quick tier: " + left.size() + " test classes do not run: " + String.join(" ", left));
        }
    }

    @Test
    void quickHasAllThatIsPureAndOneClassEachOnABrokerAKernelAndAnApiServer() throws IOException {
        var profile = PROFILE.matcher(Files.readString(ROOT.resolve("pom.xml")));
        assertTrue(profile.find(), "pom.xml has the profile quick with both lists");
        SortedSet<String> quick = chosen(profile.group(1), profile.group(2));
        assertTrue(
                quick.containsAll(List.of("AgentStepLawsTest", "ProtocolTest", "LeaseLawsTest", "SimulatorTest")),
                "cores and the simulator: " + quick);
        for (String pattern : patterns(profile.group(1))) {
            assertTrue(classes().stream().anyMatch(matches(pattern)), pattern + " is the name of a test class");
        }
        assertEquals(
                List.of("AgentE2E", "BridgeE2E"),
                quick.stream().filter(name -> name.endsWith("E2E")).toList(),
                "of a broker and of an API server");
        assertEquals(
                List.of("LinuxDatapathTest"),
                classes().stream()
                        .filter(file -> file.toString().contains("/linux/"))
                        .map(file -> file.getFileName().toString().replace(".java", ""))
                        .filter(quick::contains)
                        .toList(),
                "of real kernels");
    }
}
