package dev.baton.launcher;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.IDefaultValueProvider;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;

/**
 * Where a service's settings come from, strongest first: flag, environment ({@code BATON_EVICTION_TIMEOUT} for {@code
 * --eviction-timeout}), the file that {@code BATON_CONFIG} names ({@code eviction-timeout=3s}), default.
 */
public final class Origins implements IDefaultValueProvider {
    private static final String FILE = "BATON_CONFIG";
    private static final String DEFAULT = "default";
    private final Map<String, String> environment;
    private final Properties file;
    private final String fileName;

    /** For picocli, which creates one per command. */
    public Origins() {
        this(System.getenv());
    }

    Origins(Map<String, String> environment) {
        this.environment = environment;
        this.fileName = environment.getOrDefault(FILE, "");
        this.file = new Properties();
        if (!fileName.isEmpty()) {
            try (Reader reader = Files.newBufferedReader(Path.of(fileName))) {
                file.load(reader);
            } catch (IOException e) {
                throw new IllegalArgumentException(FILE + "=" + fileName + " cannot be read: " + e, e);
            }
        }
    }

    @Override
    public @Nullable String defaultValue(ArgSpec argument) {
        if (!(argument instanceof OptionSpec option)) {
            return null;
        }
        String key = key(option);
        String fromEnvironment = environment.get(variable(key));
        return fromEnvironment == null ? file.getProperty(key) : fromEnvironment;
    }

    private static String key(OptionSpec option) {
        return option.longestName().replaceFirst("^-+", "");
    }

    private static String variable(String key) {
        return "BATON_" + key.toUpperCase(Locale.ROOT).replace('-', '_');
    }

    /** Refuses keys of the file that the command does not know; then prints each effective value with its origin. */
    public static void print(CommandSpec spec, PrintWriter out) {
        var origins = (Origins) spec.defaultValueProvider();
        var known = new TreeMap<String, OptionSpec>();
        for (OptionSpec option : spec.options()) {
            if (!option.usageHelp() && !option.versionHelp()) {
                known.put(key(option), option);
            }
        }
        for (String key : new TreeMap<>(origins.file)
                .keySet().stream().map(String::valueOf).toList()) {
            if (!known.containsKey(key)) {
                throw new ParameterException(
                        spec.commandLine(),
                        origins.fileName + ": unknown key \"" + key + "\"; known are " + known.keySet());
            }
        }
        known.forEach((key, option) -> out.println(
                "config " + key + "=" + text(option.getValue()) + " origin=" + origins.origin(spec, key, option)));
        out.flush();
    }

    /** Whether the option was set by a flag, the environment or the file, and is not the default. */
    static boolean isSet(CommandSpec spec, String name) {
        var origins = (Origins) spec.defaultValueProvider();
        OptionSpec option = spec.findOption(name);
        return !origins.origin(spec, key(option), option).equals(DEFAULT);
    }

    private static String text(@Nullable Object value) {
        if (value instanceof Duration duration) {
            return Durations.text(duration);
        }
        if (value instanceof Optional<?> optional) {
            return optional.map(Object::toString).orElse("");
        }
        if (value instanceof Enum<?> constant) {
            return constant.name().toLowerCase(Locale.ROOT);
        }
        return value == null ? "" : value.toString();
    }

    private String origin(CommandSpec spec, String key, OptionSpec option) {
        CommandLine.ParseResult parsed = spec.commandLine().getParseResult();
        if (parsed.hasMatchedOption(option)) {
            return "flag";
        }
        if (environment.containsKey(variable(key))) {
            return "environment:" + variable(key);
        }
        return file.containsKey(key) ? "file:" + fileName : DEFAULT;
    }
}
