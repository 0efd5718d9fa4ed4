package dev.baton.heartbeat.core;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.baton.contract.DatapathFault;
import dev.baton.contract.DatapathState;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Times in milliseconds; heartbeats each 500 ms, and the work thread was last seen at 1000. */
class NodeReportTest {
    private static final Duration PERIOD = Duration.ofMillis(500);

    private static NodeReport reportedAt(long millis) {
        return new NodeReport(
                DatapathState.READY, DatapathFault.NONE, 3, Optional.empty(), Optional.empty(), nanos(millis));
    }

    private static HeartbeatSchedule dueAt(long millis) {
        return new HeartbeatSchedule(nanos(millis));
    }

    private static long nanos(long millis) {
        return Duration.ofMillis(millis).toNanos();
    }

    /** The silence that the last of these heartbeats sees. */
    private static long silenceAfter(long... beats) {
        var report = reportedAt(1000);
        var schedule = dueAt(beats[0]);
        for (long beat : beats) {
            report = report.excused(schedule, nanos(beat));
            schedule = schedule.sent(nanos(beat), PERIOD);
        }
        return report.silence(schedule, nanos(beats[beats.length - 1])).toMillis();
    }

    @Test
    void aWorkThreadThatHangsWhileHeartbeatsAreOnTimeIsSilentForAllOfThatTime() {
        assertEquals(2000, silenceAfter(1500, 2000, 2500, 3000));
    }

    @Test
    void aPauseOfTheWholeProcessIsNoSilenceOfTheWorkThread() {
        assertEquals(200, reportedAt(1000).silence(dueAt(1200), nanos(3000)).toMillis());
        assertEquals(1000, silenceAfter(1500, 61_500), "500 before, 500 until the next was due, then a minute's pause");
    }

    /** Otherwise a thread that hangs on a busy machine would never be told. */
    @Test
    void aWorkThreadThatHangsIsToldHoweverLateEachHeartbeatIs() {
        assertEquals(500 + 5 * 500, silenceAfter(1500, 6500, 11_500, 16_500, 21_500, 26_500));
    }
}
