package dev.baton.launcher;

import java.util.concurrent.ExecutionException;

/** A failure as one line for a person. */
final class Failures {
    private Failures() {}

    static String text(Throwable failure) {
        Throwable cause = failure;
        while (cause instanceof ExecutionException && cause.getCause() != null) {
            cause = cause.getCause();
        }
        String message = cause.getMessage();
        return message == null || message.isBlank() ? cause.getClass().getSimpleName() : message;
    }
}
