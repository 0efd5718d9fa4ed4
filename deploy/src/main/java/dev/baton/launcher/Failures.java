package dev.baton.launcher;

import dev.baton.contract.wire.SchemasUnavailable;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.TimeoutException;

/** Turns a failure into one line for people. */
final class Failures {
    private Failures() {}

    static String text(Throwable failure) {
        Throwable cause = failure;
        while (cause instanceof ExecutionException && cause.getCause() != null) {
            cause = cause.getCause();
        }
        return switch (cause) {
            case NoSuchFileException e -> e.getFile() + ": no such file";
            case AccessDeniedException e -> e.getFile() + ": permission denied";
            case TimeoutException e -> "no answer in time: " + message(e);
            case SchemasUnavailable e -> message(e);
            // "Failed to construct kafka consumer" alone does not say why.
            case KafkaException e when e.getCause() != null -> message(e) + ": " + message(e.getCause());
            default -> message(cause);
        };
    }

    private static String message(Throwable cause) {
        String message = cause.getMessage();
        return message == null || message.isBlank() ? cause.getClass().getSimpleName() : message;
    }
}
