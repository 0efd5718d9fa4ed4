package dev.baton.xds.render;

import com.google.protobuf.Message;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * The version of what belongs to no single record of the log. Every server that serves the same content gives it the
 * same version, also after a restart on a log of which only the newest records are left, so nothing is sent twice.
 */
final class Fingerprint {
    private Fingerprint() {}

    static long of(Message message) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(message.toByteArray());
            return ByteBuffer.wrap(digest).getLong() & Long.MAX_VALUE;
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
