package dev.baton.prober;

import dev.baton.prober.Outcome.Failed;
import dev.baton.prober.Outcome.Passed;
import dev.baton.prober.Outcome.Reason;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * The two messages of {@code grpc.health.v1.Health/Check}, by hand: a request of one text and an answer of one number
 * do not need protobuf. Each follows a byte that says whether it is compressed, and its length.
 */
final class GrpcHealth {
    static final String PATH = "/grpc.health.v1.Health/Check";

    private static final int PREFIX = 5;
    private static final int MOST_OF_A_VARINT = 5;
    private static final int FIELD_1_NUMBER = 0x08;
    private static final int FIELD_1_TEXT = 0x0a;
    private static final int SERVING = 1;
    private static final String[] NAMES = {"UNKNOWN", "SERVING", "NOT_SERVING", "SERVICE_UNKNOWN"};

    private GrpcHealth() {}

    /** {@code HealthCheckRequest { string service = 1; }}. */
    static byte[] request(String service) {
        byte[] name = service.getBytes(StandardCharsets.UTF_8);
        var message = ByteBuffer.allocate(name.length + 1 + MOST_OF_A_VARINT);
        if (name.length > 0) {
            message.put((byte) FIELD_1_TEXT);
            putVarint(message, name.length);
            message.put(name);
        }
        message.flip();
        return ByteBuffer.allocate(PREFIX + message.remaining())
                .put((byte) 0)
                .putInt(message.remaining())
                .put(message)
                .array();
    }

    /** {@code HealthCheckResponse { ServingStatus status = 1; }}. */
    static Outcome outcome(byte[] body) {
        try {
            var in = ByteBuffer.wrap(body);
            if (in.get() != 0) {
                return Failures.malformed("a compressed message, which was not asked for");
            }
            int length = in.getInt();
            if (length != in.remaining()) {
                return Failures.malformed("a message of " + length + " bytes in " + in.remaining());
            }
            return outcome(status(in));
        } catch (BufferUnderflowException | IllegalArgumentException e) {
            return Failures.malformed("not a HealthCheckResponse");
        }
    }

    private static Outcome outcome(long status) {
        if (status == SERVING) {
            return new Passed();
        }
        return new Failed(
                Reason.NOT_SERVING, status >= 0 && status < NAMES.length ? NAMES[(int) status] : "status " + status);
    }

    private static long status(ByteBuffer message) {
        long status = 0;
        while (message.hasRemaining()) {
            long tag = varint(message);
            if (tag == FIELD_1_NUMBER) {
                status = varint(message);
            } else {
                skip(message, (int) (tag & 7));
            }
        }
        return status;
    }

    /** A field of a later version. */
    private static void skip(ByteBuffer message, int wireType) {
        long length = switch (wireType) {
            case 0 -> {
                varint(message);
                yield 0;
            }
            case 1 -> Long.BYTES;
            case 2 -> varint(message);
            case 5 -> Integer.BYTES;
            default -> throw new IllegalArgumentException("wire type " + wireType);
        };
        if (length < 0 || length > message.remaining()) {
            throw new BufferUnderflowException();
        }
        message.position(message.position() + (int) length);
    }

    private static long varint(ByteBuffer in) {
        long value = 0;
        for (int shift = 0; shift < Long.SIZE; shift += 7) {
            byte next = in.get();
            value |= (long) (next & 0x7f) << shift;
            if (next >= 0) {
                return value;
            }
        }
        throw new IllegalArgumentException("a number of more than 64 bits");
    }

    private static void putVarint(ByteBuffer out, int value) {
        int left = value;
        while (left > 0x7f) {
            out.put((byte) ((left & 0x7f) | 0x80));
            left >>>= 7;
        }
        out.put((byte) left);
    }
}
