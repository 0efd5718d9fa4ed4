package dev.baton.bridge.write;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.baton.bridge.status.ObjectKey;
import dev.baton.bridge.status.ObjectKey.Part;
import org.junit.jupiter.api.Test;

class UnchangedSinceTest {
    private static final ObjectKey WEB = new ObjectKey("EgressPolicy", "shop", "web", Part.STATUS);
    private static final ObjectKey DB = new ObjectKey("EgressPolicy", "shop", "db", Part.STATUS);

    private final UnchangedSince looked = new UnchangedSince();

    private boolean isDone(ObjectKey key, Object basis) {
        boolean done = looked.isDone(key, basis);
        if (!done) {
            looked.done(key, basis);
        }
        return done;
    }

    @Test
    void anEqualBasisIsDoneForAsManyRoundsAsItLasts() {
        assertEquals(false, isDone(WEB, "a"));
        for (int round = 0; round < 3; round++) {
            looked.roundEnds();
            assertEquals(true, isDone(WEB, "a"));
            assertEquals(round > 0, isDone(DB, "b"), "each object by itself");
        }
        looked.roundEnds();
        assertEquals(false, isDone(WEB, "c"));
        looked.roundEnds();
        assertEquals(false, isDone(WEB, "a"), "what was before the last does not count");
    }

    @Test
    void aRoundWithoutTheObjectForgetsIt() {
        isDone(WEB, "a");
        looked.roundEnds();
        looked.roundEnds();
        assertEquals(false, isDone(WEB, "a"));
    }

    @Test
    void aWriteThatEndedIsNoReasonToBeDone() {
        isDone(WEB, "a");
        isDone(DB, "b");
        looked.roundEnds();
        looked.forget(WEB);
        assertEquals(false, isDone(WEB, "a"));
        assertEquals(true, isDone(DB, "b"));
        looked.roundEnds();
        looked.forgetAll();
        assertEquals(false, isDone(DB, "b"));
    }
}
