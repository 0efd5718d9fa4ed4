package dev.baton.datapath.linux.path;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.baton.contract.NodeId;
import dev.baton.contract.ObservedPath;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PathRecordTest {
    private static final NodeId A = new NodeId("a");
    private static final NodeId B = new NodeId("b");

    private final PathRecord record = new PathRecord();
    /** Such a clock may begin anywhere, also shortly before its greatest number. */
    private long now = Long.MAX_VALUE - Duration.ofSeconds(2).toNanos();

    private Set<Long> back = Set.of();

    PathRecordTest() {
        record.aim(Set.of(A, B));
    }

    /** One round: what came back is judged, and both are probed again; of these, the answers come. */
    private List<ObservedPath> round(Set<NodeId> answering) {
        return roundAfter(PathRecord.EVERY, answering);
    }

    private List<ObservedPath> roundAfter(Duration pause, Set<NodeId> answering) {
        now += pause.toNanos();
        record.judge(now, back);
        back = new HashSet<>();
        for (NodeId target : List.of(A, B)) {
            long number = record.send(target, now);
            if (answering.contains(target)) {
                back.add(number);
            }
        }
        return record.paths();
    }

    private List<ObservedPath> rounds(int count, Set<NodeId> answering) {
        List<ObservedPath> paths = List.of();
        for (int i = 0; i < count; i++) {
            paths = round(answering);
        }
        return paths;
    }

    private static List<ObservedPath> paths(boolean a, boolean b) {
        return List.of(new ObservedPath(A, a), new ObservedPath(B, b));
    }

    @Test
    void nothingIsKnownBeforeSoManyWereJudged() {
        assertEquals(List.of(), rounds(PathRecord.FOUND_BY, Set.of(A)));
        assertEquals(List.of(new ObservedPath(A, false)), rounds(PathRecord.LOST_BY - PathRecord.FOUND_BY, Set.of(A)));
        assertEquals(paths(false, true), round(Set.of(A)));
    }

    @Test
    void aPathIsLostAndFoundAgainBySoManyInARow() {
        rounds(PathRecord.FOUND_BY + 1, Set.of(A, B));
        assertEquals(paths(false, false), rounds(PathRecord.LOST_BY, Set.of(A)), "the last one is not judged yet");
        assertEquals(paths(false, true), round(Set.of(A)));
        assertEquals(paths(false, true), rounds(PathRecord.FOUND_BY, Set.of(A, B)));
        assertEquals(paths(false, false), round(Set.of(A, B)));
    }

    @Test
    void aSinglePacketThatIsLostOrComesBackChangesNothing() {
        rounds(PathRecord.FOUND_BY + 1, Set.of(A, B));
        for (int i = 0; i < 5; i++) {
            rounds(PathRecord.LOST_BY - 1, Set.of(A));
            assertEquals(paths(false, false), round(Set.of(A, B)));
        }
    }

    @Test
    void aPauseOfThisProcessIsNobodysLoss() {
        rounds(PathRecord.FOUND_BY + 1, Set.of(A, B));
        for (int i = 0; i < 3 * PathRecord.LOST_BY; i++) {
            assertEquals(paths(false, false), roundAfter(PathRecord.PAUSE.plusNanos(1), Set.of()));
        }
        assertEquals(paths(false, false), rounds(PathRecord.LOST_BY - 1, Set.of()), "it counts anew");
        assertEquals(paths(true, true), round(Set.of()));
    }

    @Test
    void itIsJudgedWhenItsTimeIsOverAndNotBefore() {
        rounds(PathRecord.FOUND_BY + 1, Set.of(A, B));
        for (int i = 0; i < 2 * PathRecord.LOST_BY; i++) {
            assertEquals(paths(false, false), roundAfter(PathRecord.EVERY.dividedBy(10), Set.of()));
        }
    }

    @Test
    void whatTheKernelDidNotTakeSaysNothing() {
        rounds(PathRecord.FOUND_BY + 1, Set.of(A, B));
        for (int i = 0; i < 3 * PathRecord.LOST_BY; i++) {
            now += PathRecord.EVERY.toNanos();
            record.judge(now, back);
            back = Set.of();
            record.notSent(record.send(A, now));
        }
        assertEquals(paths(false, false), record.paths());
    }

    @Test
    void whatIsNoTargetAnyMoreIsForgotten() {
        rounds(PathRecord.FOUND_BY + 1, Set.of(A));
        record.aim(Set.of(A));
        assertEquals(List.of(new ObservedPath(A, false)), record.paths());
        record.aim(Set.of(A, B));
        assertEquals(List.of(new ObservedPath(A, false)), record.paths());
    }
}
