package dev.baton.sim;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The seed that caught each mutant and each known breach last. A hunt tries it first, since most seeds catch nothing;
 * if it catches nothing any more, because the simulator's runs have changed, the hunt goes through all the others and
 * only takes longer. Then {@code -Dseeds.write=1} writes the file anew.
 */
final class CatchingSeeds {
    private static final String NAME = "catching-seeds.txt";
    private static final Map<String, Long> SEEDS = read();

    private CatchingSeeds() {}

    static OptionalLong of(Enum<?> broken) {
        synchronized (SEEDS) {
            return Optional.ofNullable(SEEDS.get(broken.name())).stream()
                    .mapToLong(Long::longValue)
                    .findFirst();
        }
    }

    static void found(Enum<?> broken, Simulation.Breach breach) throws IOException {
        synchronized (SEEDS) {
            Long before = SEEDS.put(broken.name(), breach.seed());
            if (before != null && before != breach.seed()) {
                System.out.println(broken + ": seed " + before + " of " + NAME + " does not catch it any more");
            }
            if (System.getProperty("seeds.write") != null) {
                List<String> lines = SEEDS.entrySet().stream()
                        .map(entry -> entry.getKey() + " " + entry.getValue())
                        .toList();
                Files.write(Path.of("src", "test", "resources", NAME), lines);
            }
        }
    }

    private static Map<String, Long> read() {
        try (var file = CatchingSeeds.class.getResourceAsStream("/" + NAME)) {
            if (file == null) {
                throw new IllegalStateException("no " + NAME + " among the tests' resources");
            }
            return new String(file.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .map(line -> line.split(" "))
                    .collect(Collectors.toMap(
                            words -> words[0], words -> Long.valueOf(words[1]), (one, other) -> one, TreeMap::new));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
