package dev.baton.prober;

import dev.baton.prober.HostNames.Found;
import dev.baton.prober.core.Target;
import io.netty.channel.Channel;
import java.util.Optional;
import java.util.function.Consumer;

/** One target, and the connection that is kept to it between two probes. Confined to the event loop. */
final class Endpoint implements AutoCloseable {
    private Target target;
    private final HostNames names;
    private final Connections connections;
    private Optional<Line> kept = Optional.empty();
    private Optional<Inquiry> current = Optional.empty();

    Endpoint(Target target, HostNames names, Connections connections) {
        this.target = target;
        this.names = names;
        this.connections = connections;
    }

    /** A connection and what is said on it. */
    record Line(Channel channel, Conversation conversation) {}

    Target target() {
        return target;
    }

    /** It is asked the same, at another interval or with another patience: its connection is kept. */
    void become(Target wanted) {
        target = wanted;
    }

    HostNames names() {
        return names;
    }

    Connections connections() {
        return connections;
    }

    /** @return the probe that has begun; it may be over already. Empty: the one before is not over. */
    Optional<Inquiry> probe(Consumer<Outcome> whenOver) {
        if (current.isPresent()) {
            return Optional.empty();
        }
        var inquiry = new Inquiry(this, outcome -> {
            current = Optional.empty();
            whenOver.accept(outcome);
        });
        current = Optional.of(inquiry);
        inquiry.begin();
        return Optional.of(inquiry);
    }

    void keep(Line line) {
        kept = Optional.of(line);
    }

    /** The connection that was kept, if it is still open and goes where the name points now. */
    Optional<Line> taken(Found found) {
        Optional<Line> line = kept;
        kept = Optional.empty();
        Optional<Line> good =
                line.filter(each -> each.channel().isActive() && Conversation.isTo(each.channel(), found));
        if (good.isEmpty()) {
            line.ifPresent(each -> Conversation.hangUp(each.channel()));
        }
        return good;
    }

    /** A probe that has not ended has no outcome then. */
    @Override
    public void close() {
        current.ifPresent(Inquiry::forsake);
        current = Optional.empty();
        kept.ifPresent(line -> Conversation.hangUp(line.channel()));
        kept = Optional.empty();
    }
}
