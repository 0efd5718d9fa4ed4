package dev.baton.xds;

import dev.baton.xds.resource.Resources;
import dev.baton.xds.stream.Answer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** All streams and all views, on the server's thread. */
final class Connections<K> {
    private static final Logger LOG = LoggerFactory.getLogger(Connections.class);

    private final Function<Client, K> keyOf;
    private final Answers answers;
    private final Map<K, Resources> views = new HashMap<>();
    private final Map<Connection<K, ?, ?>, K> open = new LinkedHashMap<>();

    Connections(Function<Client, K> keyOf, Answers answers) {
        this.keyOf = keyOf;
        this.answers = answers;
    }

    void show(K key, Resources view) {
        views.put(key, view);
        List<Connection<K, ?, ?>> shown = new ArrayList<>();
        open.forEach((connection, itsKey) -> {
            if (itsKey.equals(key)) {
                shown.add(connection);
            }
        });
        shown.forEach(connection -> connection.show(view));
    }

    /** One whose view is not there yet waits for it. */
    void seen(Client client, Connection<K, ?, ?> connection) {
        K key = keyOf.apply(client);
        open.put(connection, key);
        LOG.info(
                "event=xds_client_seen client={} cluster={} agent=\"{}\" view={}",
                client.id(),
                client.cluster(),
                client.userAgent(),
                key);
        answers.seen(client);
        Optional.ofNullable(views.get(key)).ifPresent(connection::show);
    }

    void gone(Client client, Connection<K, ?, ?> connection) {
        open.remove(connection);
        LOG.info("event=xds_client_gone client={}", client.id());
        answers.gone(client);
    }

    void answered(Client client, Answer answer) {
        answer.error()
                .ifPresent(error -> LOG.warn(
                        "event=xds_refused client={} type={} versions={} error=\"{}\"",
                        client.id(),
                        answer.type(),
                        answer.versions(),
                        error));
        answers.answered(client, answer);
    }
}
