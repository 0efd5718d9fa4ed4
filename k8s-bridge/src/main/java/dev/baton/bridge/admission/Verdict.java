package dev.baton.bridge.admission;

import com.fasterxml.jackson.databind.node.ArrayNode;

/** The answer to the API server. */
public sealed interface Verdict {
    /** The object may be stored as it is. */
    record Allowed() implements Verdict {}

    /** @param message names object, field, value and what is allowed */
    record Denied(String message) implements Verdict {}

    /** @param operations a JSON patch */
    record Patched(ArrayNode operations) implements Verdict {}

    Verdict ALLOWED = new Allowed();
}
