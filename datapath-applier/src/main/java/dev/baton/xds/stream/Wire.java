package dev.baton.xds.stream;

import dev.baton.xds.resource.Resources;
import io.envoyproxy.envoy.config.core.v3.Node;
import java.util.List;
import java.util.Optional;

/**
 * One client's stream, in the messages of one form of the protocol.
 *
 * @param <Q> what it asks with
 * @param <R> what it is told with
 */
public interface Wire<Q, R> {
    /** Who asks; only the first message of a stream has to say it. */
    Optional<Node> node(Q request);

    /** @return what it answers, if it is an answer */
    Optional<Answer> receive(Q request);

    /** From now on the client is to see this. Before the first time it is told nothing. */
    void show(Resources view);

    /** What has to be sent now, in this order. It counts as sent. */
    List<R> due();
}
