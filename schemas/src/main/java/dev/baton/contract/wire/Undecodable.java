package dev.baton.contract.wire;

import dev.baton.contract.UnreadableReason;
import org.apache.kafka.common.errors.SerializationException;

/**
 * These bytes cannot be decoded as a record of this log by any reader. They are counted and skipped, the same way in
 * every replay. Extends Kafka's own exception, so that consumers and stream tasks treat it as one.
 */
public final class Undecodable extends SerializationException {
    private static final long serialVersionUID = 1;

    private final String topic;
    private final UnreadableReason kind;
    private final String reason;

    Undecodable(String topic, UnreadableReason kind, String reason) {
        super(topic + ": " + reason);
        this.topic = topic;
        this.kind = kind;
        this.reason = reason;
    }

    Undecodable(String topic, UnreadableReason kind, String reason, Throwable cause) {
        super(topic + ": " + reason, cause);
        this.topic = topic;
        this.kind = kind;
        this.reason = reason;
    }

    /** For counters. */
    public UnreadableReason kind() {
        return kind;
    }

    public String topic() {
        return topic;
    }

    public String reason() {
        return reason;
    }
}
