package dev.baton.launcher.registry;

import java.net.URI;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** The URL of a registry's own API. Its Confluent-compatible API is for other tools. */
public record RegistryUrl(URI api) {
    public static final String FORM = "http(s)://HOST:PORT/apis/registry/v3";

    /** No user and no query, so that the printed settings hold no secret. A proxy may add a path in front. */
    private static final Pattern ALLOWED = Pattern.compile(
            "https?://(\\[[0-9A-Fa-f:.]+]|[A-Za-z0-9._-]+)(:[0-9]{1,5})?(/[A-Za-z0-9._~-]+)*/apis/registry/v3");

    /** From the command line. */
    public static final class Words implements ITypeConverter<RegistryUrl> {
        @Override
        public RegistryUrl convert(String word) {
            String url = word.endsWith("/") ? word.substring(0, word.length() - 1) : word;
            if (!ALLOWED.matcher(url).matches()) {
                throw new TypeConversionException("\"" + word + "\" is not a registry's URL; expected is " + FORM);
            }
            return new RegistryUrl(URI.create(url));
        }
    }

    @Override
    public String toString() {
        return api.toString();
    }
}
