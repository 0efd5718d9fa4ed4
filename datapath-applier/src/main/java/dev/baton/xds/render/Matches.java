package dev.baton.xds.render;

import dev.baton.contract.mesh.Calls;
import dev.baton.contract.mesh.Calls.Comparison;
import dev.baton.contract.mesh.Calls.Header;
import dev.baton.contract.mesh.Calls.Match;
import dev.baton.contract.mesh.Calls.Path;
import io.envoyproxy.envoy.config.route.v3.HeaderMatcher;
import io.envoyproxy.envoy.config.route.v3.RouteMatch;
import io.envoyproxy.envoy.type.matcher.v3.RegexMatcher;
import io.envoyproxy.envoy.type.matcher.v3.StringMatcher;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Which requests a destination is meant by, for proxies, which take the first match of a list. */
final class Matches {
    private static final Match EVERYTHING = new Match(new Path(Comparison.PREFIX, "/"), List.of(), Optional.empty());
    private static final String METHOD = ":method";

    /** As Gateway API ranks rules: exact paths, then longer ones, then a method, then more headers. */
    static final Comparator<Match> MOST_EXACT_FIRST = Comparator.comparing(
                    (Match match) -> rank(match.path().comparison()))
            .thenComparing(match -> -match.path().value().length())
            .thenComparing(match -> match.method().isPresent() ? 0 : 1)
            .thenComparing(match -> -match.headers().size())
            .thenComparing(Match::toString);

    private Matches() {}

    private static int rank(Comparison comparison) {
        return switch (comparison) {
            case EXACT -> 0;
            case REGULAR_EXPRESSION -> 1;
            case PREFIX -> 2;
        };
    }

    static Stream<Match> of(Calls calls) {
        return calls.matches().isEmpty() ? Stream.of(EVERYTHING) : calls.matches().stream();
    }

    static RouteMatch rendered(Match match, ClientKind kind) {
        RouteMatch.Builder built = RouteMatch.newBuilder();
        String value = match.path().value();
        switch (match.path().comparison()) {
            case EXACT -> built.setPath(value);
            case REGULAR_EXPRESSION -> built.setSafeRegex(regex(value));
            case PREFIX -> {
                // By whole segments where the client can, as Gateway API matches: /a is not a prefix of /ab.
                if (kind == ClientKind.GRPC || value.equals("/")) {
                    built.setPrefix(value);
                } else {
                    built.setPathSeparatedPrefix(value.replaceFirst("/$", ""));
                }
            }
        }
        match.method()
                .ifPresent(method -> built.addHeaders(
                        header(METHOD, StringMatcher.newBuilder().setExact(method))));
        match.headers().forEach(header -> built.addHeaders(header(header.name(), matcher(header))));
        return built.build();
    }

    private static HeaderMatcher.Builder header(String name, StringMatcher.Builder value) {
        return HeaderMatcher.newBuilder().setName(name).setStringMatch(value);
    }

    private static StringMatcher.Builder matcher(Header header) {
        return switch (header.comparison()) {
            case EXACT -> StringMatcher.newBuilder().setExact(header.value());
            case REGULAR_EXPRESSION -> StringMatcher.newBuilder().setSafeRegex(regex(header.value()));
            case PREFIX -> StringMatcher.newBuilder().setPrefix(header.value());
        };
    }

    private static RegexMatcher regex(String expression) {
        return RegexMatcher.newBuilder().setRegex(expression).build();
    }
}
