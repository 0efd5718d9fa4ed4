package dev.baton.launcher.cli;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** A kind as people type it: in the plural, in the singular, or by kubectl's short name. */
final class KindWords implements ITypeConverter<Tables.Kind> {
    @Override
    public Tables.Kind convert(String word) {
        return switch (word.toLowerCase(Locale.ROOT)) {
            case "tunnels", "tunnel", "egt" -> Tables.Kind.TUNNELS;
            case "gateways", "gateway", "egw" -> Tables.Kind.GATEWAYS;
            case "policies", "policy", "egp" -> Tables.Kind.POLICIES;
            case "assignments", "assignment" -> Tables.Kind.ASSIGNMENTS;
            case "destinations", "destination" -> Tables.Kind.DESTINATIONS;
            case "members", "member" -> Tables.Kind.MEMBERS;
            case "routes", "route" -> Tables.Kind.ROUTES;
            case "proxies", "proxy" -> Tables.Kind.PROXIES;
            default ->
                throw new TypeConversionException("\"" + word + "\" is not known; allowed are "
                        + Arrays.stream(Tables.Kind.values())
                                .map(Tables.Kind::toString)
                                .collect(Collectors.joining(", ")));
        };
    }
}
