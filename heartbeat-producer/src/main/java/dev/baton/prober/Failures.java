package dev.baton.prober;

import dev.baton.prober.Outcome.Failed;
import dev.baton.prober.Outcome.Reason;
import dev.baton.prober.Outcome.Unasked;
import io.netty.channel.ChannelException;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2FrameStreamException;
import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.UnknownHostException;

/** What an exception says about the endpoint. */
final class Failures {
    private Failures() {}

    /** While the connection was being made. */
    static Outcome connecting(Throwable cause) {
        return switch (cause) {
            case BindException _ -> new Unasked("no local port: " + text(cause));
            case ConnectException _
            when text(cause).contains("unreachable") -> new Failed(Reason.UNREACHABLE, text(cause));
            case ConnectException _ -> new Failed(Reason.REFUSED, text(cause));
            case NoRouteToHostException _ -> new Failed(Reason.UNREACHABLE, text(cause));
            case ChannelException _ -> new Unasked("no socket: " + text(cause));
            default -> asking(cause);
        };
    }

    /** On a connection. */
    static Outcome asking(Throwable cause) {
        return switch (cause) {
            case DecoderException _ when cause.getCause() instanceof Http2Exception h2 -> asking(h2);
            case DecoderException _, Http2Exception _, Http2FrameStreamException _ -> malformed(text(cause));
            case UnknownHostException _ -> new Failed(Reason.UNRESOLVED, text(cause));
            case IOException _ -> new Failed(Reason.RESET, text(cause));
            default -> new Unasked(text(cause));
        };
    }

    static Failed malformed(String detail) {
        return new Failed(Reason.MALFORMED, detail);
    }

    private static String text(Throwable cause) {
        String message = cause.getMessage();
        return message == null ? cause.getClass().getSimpleName() : message;
    }
}
