package dev.baton.prober;

import dev.baton.prober.Endpoint.Line;
import dev.baton.prober.HostNames.Found;
import dev.baton.prober.Outcome.Failed;
import dev.baton.prober.Outcome.Passed;
import dev.baton.prober.Outcome.Reason;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * One probe, from the name to the outcome. If a kept connection turns out to be closed, the question is put once more,
 * on a new one.
 */
final class Inquiry implements Conversation.Asker {
    private final Endpoint endpoint;
    private final Consumer<Outcome> whenOver;

    private Stage stage = Stage.LOOKING_UP;
    private Found found = new Found(List.of(), "");
    private Optional<Channel> opening = Optional.empty();
    private Optional<Line> line = Optional.empty();
    private boolean onKept;

    private enum Stage {
        LOOKING_UP,
        CONNECTING,
        ASKING,
        OVER
    }

    Inquiry(Endpoint endpoint, Consumer<Outcome> whenOver) {
        this.endpoint = endpoint;
        this.whenOver = whenOver;
    }

    void begin() {
        endpoint.names().lookUp(endpoint.target().endpoint().host(), this::lookedUp);
    }

    boolean isOver() {
        return stage == Stage.OVER;
    }

    private void lookedUp(Found addresses) {
        if (isOver()) {
            return;
        }
        if (addresses.addresses().isEmpty()) {
            over(new Failed(Reason.UNRESOLVED, addresses.trouble()));
            return;
        }
        found = addresses;
        Optional<Line> kept = endpoint.taken(found);
        onKept = kept.isPresent();
        kept.ifPresentOrElse(this::ask, this::connect);
    }

    private void connect() {
        stage = Stage.CONNECTING;
        Optional<Conversation> conversation = Questions.conversation(endpoint.target());
        opening = Optional.of(endpoint.connections()
                .open(
                        found.addresses().getFirst(),
                        endpoint.target().endpoint().port(),
                        conversation,
                        future -> connected(future, conversation)));
    }

    private void connected(ChannelFuture future, Optional<Conversation> conversation) {
        if (isOver()) {
            close(future.channel());
        } else if (!future.isSuccess()) {
            over(Failures.connecting(future.cause()));
        } else if (conversation.isEmpty()) {
            close(future.channel());
            over(new Passed());
        } else {
            ask(new Line(future.channel(), conversation.get()));
        }
    }

    private void ask(Line on) {
        stage = Stage.ASKING;
        opening = Optional.empty();
        line = Optional.of(on);
        on.conversation().ask(on.channel(), this);
    }

    @Override
    public void answered(Outcome outcome, boolean again) {
        if (again) {
            line.ifPresent(endpoint::keep);
        }
        over(outcome);
    }

    @Override
    public void broken(Outcome how, boolean silent) {
        if (onKept && silent) {
            onKept = false;
            line = Optional.empty();
            connect();
        } else {
            over(how);
        }
    }

    /** The time is up. */
    void expire() {
        Outcome outcome = switch (stage) {
            case LOOKING_UP -> new Failed(Reason.UNRESOLVED, "no answer about its name in time");
            case CONNECTING -> new Failed(Reason.TIMED_OUT, "no connection in time");
            case ASKING -> new Failed(Reason.TIMED_OUT, "no whole answer in time");
            case OVER -> new Passed();
        };
        if (!isOver()) {
            hangUp();
            over(outcome);
        }
    }

    /** Nobody wants to know any more. */
    void forsake() {
        hangUp();
        stage = Stage.OVER;
    }

    private void hangUp() {
        opening.ifPresent(Inquiry::close);
        line.ifPresent(on -> on.conversation().forsaken(on.channel()));
    }

    private void over(Outcome outcome) {
        stage = Stage.OVER;
        whenOver.accept(outcome);
    }

    /** One for which the system had no socket is none that could be closed. */
    private static void close(Channel channel) {
        if (channel.isRegistered()) {
            Conversation.hangUp(channel);
        }
    }
}
