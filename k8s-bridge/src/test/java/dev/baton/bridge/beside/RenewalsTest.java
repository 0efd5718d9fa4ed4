package dev.baton.bridge.beside;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.baton.bridge.beside.Renewals.Found;
import dev.baton.bridge.beside.Renewals.Life;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** When a Lease counts as held, by looks at times that the test chooses. */
class RenewalsTest {
    private static final Duration DURATION = Duration.ofSeconds(15);

    private final Renewals renewals = new Renewals();

    private static Found lease(String version, String holder, Duration duration) {
        return new Found("kube-system/egressgateway", version, holder, duration);
    }

    private Life look(long second, Found... found) {
        renewals.look(List.of(found), seconds(second), seconds(second));
        return renewals.known().getFirst().life();
    }

    private static long seconds(long seconds) {
        return Duration.ofSeconds(seconds).toNanos();
    }

    private static Found version(int version) {
        return lease(Integer.toString(version), "controller-0", DURATION);
    }

    @Test
    void oneThatChangesIsRenewed() {
        assertEquals(Life.UNKNOWN, look(0, version(1)));
        assertEquals(Life.RENEWED, look(2, version(2)));
        assertEquals(Life.RENEWED, look(17, version(2)), "not yet for longer than its duration");
        assertEquals(Life.ENDED, look(18, version(2)));
        assertEquals(Life.RENEWED, look(20, version(3)), "somebody leads again");
    }

    /** It may have been renewed just before the first look, whatever time is written in it. */
    @Test
    void anOldOneEndsOnlyAfterItsDuration() {
        assertEquals(Life.UNKNOWN, look(0, version(1)));
        assertEquals(Life.UNKNOWN, look(15, version(1)));
        assertEquals(Life.ENDED, look(16, version(1)));
    }

    @Test
    void oneThatAppearsWasMadeJustNow() {
        renewals.look(List.of(), 0, 0);
        assertEquals(Life.RENEWED, look(2, version(1)));
    }

    @Test
    void aReleasedOneIsNotHeld() {
        assertEquals(Life.ENDED, look(0, lease("1", "", DURATION)));
    }

    @Test
    void aDeletedOneIsForgotten() {
        look(0, version(1));
        renewals.look(List.of(), seconds(2), seconds(2));
        assertEquals(List.of(), renewals.known());
    }

    /** Seen unchanged from when the first answer was there until when the last request was sent: that is certain. */
    @Test
    void slowAnswersDoNotCountAsSilence() {
        renewals.look(List.of(version(1)), 0, seconds(10));
        renewals.look(List.of(version(1)), seconds(20), seconds(40));
        assertEquals(Life.UNKNOWN, renewals.known().getFirst().life());
        renewals.look(List.of(version(1)), seconds(26), seconds(26));
        assertEquals(Life.ENDED, renewals.known().getFirst().life());
    }

    @Test
    void aLeaseOfADayHoldsBackNothingForADay() {
        Found day = lease("1", "controller-0", Duration.ofDays(1));
        look(0, day);
        assertEquals(Life.ENDED, look(121, day));
    }
}
