package dev.baton.prober;

import dev.baton.contract.mesh.Probe;
import dev.baton.prober.core.Target;
import java.util.Optional;

/** What is spoken for which question. */
final class Questions {
    private Questions() {}

    /** Empty: a connection is answer enough. */
    static Optional<Conversation> conversation(Target target) {
        return switch (target.probe().question()) {
            case Probe.Tcp _ -> Optional.empty();
            case Probe.Http http ->
                Optional.of(
                        switch (http.version()) {
                            case HTTP_1_1 -> new Http1Conversation(http, target.endpoint());
                            case HTTP_2 -> Http2Conversation.get(http, target.endpoint());
                        });
            case Probe.Grpc grpc -> Optional.of(Http2Conversation.check(grpc, target.endpoint()));
        };
    }
}
