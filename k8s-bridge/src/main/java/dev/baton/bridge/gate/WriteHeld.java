package dev.baton.bridge.gate;

import java.io.Serial;

/** A request was not sent because the gate is closed. */
public final class WriteHeld extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1;

    WriteHeld(String request, Hold hold) {
        super(request + " is held back: " + hold.text());
    }
}
