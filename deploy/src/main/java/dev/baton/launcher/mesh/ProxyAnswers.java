package dev.baton.launcher.mesh;

import dev.baton.contract.mesh.Caller;
import dev.baton.contract.mesh.DestinationId;
import dev.baton.contract.mesh.HealthEvent;
import dev.baton.contract.mesh.Locality;
import dev.baton.contract.mesh.ProxyId;
import dev.baton.contract.mesh.ProxyReport;
import dev.baton.xds.Answers;
import dev.baton.xds.Client;
import dev.baton.xds.resource.ResourceType;
import dev.baton.xds.stream.Answer;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What proxies answer, as entries of the log of observers. Called by the xDS server's one thread. */
final class ProxyAnswers implements Answers {
    private static final Logger LOG = LoggerFactory.getLogger("baton.xds");
    /** Between a destination's name and a member's, in the name of a cluster. */
    private static final char MEMBER = '|';

    private final Consumer<HealthEvent> log;
    /** A client that comes back is seen by its new stream before its old one ends. */
    private final Map<ProxyId, Integer> streams = new HashMap<>();

    ProxyAnswers(Consumer<HealthEvent> log) {
        this.log = log;
    }

    /** Where a proxy is, by its own word. */
    static Caller callerOf(Client client) {
        return new Caller(client.locality(), new TreeMap<>());
    }

    /** Its own name, as far as names of the log allow it. */
    static ProxyId idOf(Client client) {
        String name = client.id().toLowerCase(Locale.ROOT).replaceAll("[^-a-z0-9./]", "-");
        String trimmed = name.replaceAll("^[^a-z0-9]+|[^a-z0-9]+$", "");
        return new ProxyId(trimmed.isEmpty() ? "unnamed" : trimmed);
    }

    @Override
    public void seen(Client client) {
        ProxyId proxy = idOf(client);
        streams.merge(proxy, 1, Integer::sum);
        Locality place = client.locality();
        LOG.info("event=proxy_seen proxy={} software={} place={}", proxy, client.userAgent(), place);
        log.accept(new ProxyReport.ProxySeen(proxy, callerOf(client), client.userAgent()));
    }

    @Override
    public void gone(Client client) {
        ProxyId proxy = idOf(client);
        if (streams.merge(proxy, -1, Integer::sum) <= 0) {
            streams.remove(proxy);
            LOG.info("event=proxy_gone proxy={}", proxy);
            log.accept(new ProxyReport.ProxyGone(proxy));
        }
    }

    @Override
    public void answered(Client client, Answer answer) {
        ProxyId proxy = idOf(client);
        answer.error()
                .ifPresent(why -> LOG.warn(
                        "event=refused_by_proxy proxy={} type={} resources={} reason=\"{}\"",
                        proxy,
                        answer.type(),
                        answer.versions().keySet(),
                        why));
        if (answer.type() == ResourceType.ENDPOINTS) {
            var told = new TreeMap<DestinationId, Long>();
            answer.versions().forEach((name, version) -> told.put(destinationOf(name), version));
            told.forEach((destination, version) -> log.accept(answer.error()
                    .<ProxyReport>map(
                            why -> new ProxyReport.RouteRefused(proxy, destination, Versions.epochOf(version), why))
                    .orElseGet(() -> new ProxyReport.RouteApplied(proxy, destination, Versions.epochOf(version)))));
        }
    }

    private static DestinationId destinationOf(String cluster) {
        int bar = cluster.indexOf(MEMBER);
        return new DestinationId(bar < 0 ? cluster : cluster.substring(0, bar));
    }
}
