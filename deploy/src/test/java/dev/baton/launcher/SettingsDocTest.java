package dev.baton.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

/**
 * The table in {@code deploy/docs/settings.md} has the options of the services and their defaults, all and no others.
 */
class SettingsDocTest {
    private static final Path DOC = Path.of(System.getProperty("baton.root", ".."), "deploy", "docs", "settings.md");
    private static final Pattern ROW = Pattern.compile("\\| `([a-z0-9-]+)` \\| ([a-z, ]+) \\| (-|`[^`]+`) \\| .+ \\|");

    @ParameterizedTest
    @ValueSource(strings = {"up", "coordinator", "agent", "bridge", "broker", "prober", "xds"})
    void theTableHasTheOptionsOfTheServiceAndTheirDefaults(String service) throws IOException {
        assertEquals(options(service), rows(service));
    }

    private static Map<String, String> options(String service) {
        CommandLine command = Objects.requireNonNull(
                Baton.commandLine(service).getSubcommands().get(service));
        var options = new TreeMap<String, String>();
        for (OptionSpec option : command.getCommandSpec().options()) {
            if (!option.usageHelp() && !option.versionHelp()) {
                options.put(
                        option.longestName().replaceFirst("^-+", ""),
                        Optional.ofNullable(option.defaultValue()).orElse("-"));
            }
        }
        return options;
    }

    private static Map<String, String> rows(String service) throws IOException {
        var rows = new TreeMap<String, String>();
        for (String line : Files.readAllLines(DOC)) {
            Matcher row = ROW.matcher(line);
            if (row.matches() && List.of(row.group(2).split(", ")).contains(service)) {
                rows.put(row.group(1), row.group(3).replace("`", ""));
            }
        }
        return rows;
    }
}
