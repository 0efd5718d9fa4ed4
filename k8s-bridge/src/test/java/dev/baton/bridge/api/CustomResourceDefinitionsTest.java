package dev.baton.bridge.api;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CustomResourceDefinitionsTest {
    private static final Path SHIPPED = Path.of(System.getProperty("baton.root"), "deploy", "crds");

    @Test
    void thoseShippedAreMadeFromTheClasses(@TempDir Path scratch) throws IOException {
        Map<String, String> made = Definitions.byFileName(scratch);
        if (System.getProperty("crds.write") != null) {
            Files.createDirectories(SHIPPED);
            for (Map.Entry<String, String> file : made.entrySet()) {
                Files.writeString(SHIPPED.resolve(file.getKey()), file.getValue());
            }
        }
        var shipped = new TreeMap<String, String>();
        try (var files = Files.list(SHIPPED)) {
            for (Path file : files.toList()) {
                shipped.put(file.getFileName().toString(), Files.readString(file));
            }
        }
        assertEquals(made.keySet(), shipped.keySet());
        made.forEach((name, text) ->
                assertEquals(text, shipped.get(name), name + " is not current; -Dcrds.write writes it anew"));
    }
}
