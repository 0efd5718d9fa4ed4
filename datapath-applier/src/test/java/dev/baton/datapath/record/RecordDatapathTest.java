package dev.baton.datapath.record;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.baton.contract.AssignmentStep;
import dev.baton.contract.IpAddress;
import dev.baton.contract.ParentInterface;
import dev.baton.datapath.DatapathException;
import dev.baton.datapath.KernelLease.Renewal;
import dev.baton.datapath.lab.Lab;
import dev.baton.datapath.lab.TestFleet;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RecordDatapathTest {
    private static final Duration SECOND = Duration.ofSeconds(1);

    @TempDir
    Path folder = Path.of("replaced");

    @Test
    void writesEachChangeOnce() throws Exception {
        var fleet = new TestFleet(2);
        var datapath = datapath();
        datapath.open();
        fleet.assign(AssignmentStep.HELD, 1, Optional.empty());
        assertEquals(1, datapath.apply(fleet.desired(1)).results().size());
        assertEquals(0, datapath.apply(fleet.desired(1)).results().size(), "nothing changed");
        fleet.assign(AssignmentStep.RELEASE, 1, Optional.of(2));
        datapath.apply(fleet.desired(1));
        fleet.assign(AssignmentStep.ACQUIRE, 2, Optional.empty());
        datapath.apply(fleet.desired(1));
        fleet.view(1).assignmentRemoved(TestFleet.EIP);
        datapath.apply(fleet.desired(1));

        assertEquals(
                List.of(
                        "open parent=eth0",
                        "hold eip=10.6.0.200+fd06::200 mark=0x26100001 epoch=1",
                        "match policy=default/web eip=10.6.0.200+fd06::200 sources=4"
                                + " destinations=[10.6.0.0/24, fd06::/64]",
                        "relay to=n2 eip=10.6.0.200+fd06::200 mark=0x26100001 epoch=2",
                        "forward to=n2 eip=10.6.0.200+fd06::200 mark=0x26100001 epoch=3",
                        "forget eip=10.6.0.200+fd06::200 was=forward to=n2",
                        "match policy=default/web eip=none sources=4 destinations=[10.6.0.0/24, fd06::/64]"),
                Files.readAllLines(folder.resolve("changes")).stream()
                        .map(line -> line.substring(line.indexOf(' ') + 1))
                        .toList());
    }

    @Test
    void aRestartedAgentFindsItsLease() throws Exception {
        var lease = datapath().lease();
        assertEquals(Optional.empty(), lease.remaining());
        lease.begin(System.nanoTime() + SECOND.toNanos() * 60);
        var again = datapath().lease();
        assertTrue(again.remaining().orElseThrow().toSeconds() > 50);
        assertEquals(Renewal.RENEWED, again.renew(System.nanoTime() + SECOND.toNanos() * 90));
        assertEquals(Renewal.TOO_LATE, again.renew(System.nanoTime() - 1));
        assertTrue(lease.remaining().orElseThrow().toSeconds() > 80);
        again.revoke();
        assertEquals(Optional.empty(), lease.remaining());
        assertEquals(Renewal.LAPSED, lease.renew(System.nanoTime() + SECOND.toNanos()));
    }

    @Test
    void aLeaseThatRanOutIsNotRevived() throws Exception {
        var lease = datapath().lease();
        lease.begin(System.nanoTime() + 20_000_000);
        Lab.eventually(SECOND, "lapsed", () -> {
            try {
                return lease.remaining().isEmpty();
            } catch (DatapathException e) {
                throw new IllegalStateException(e);
            }
        });
        assertEquals(Renewal.LAPSED, lease.renew(System.nanoTime() + SECOND.toNanos()));
    }

    @Test
    void itsFileIsBounded() throws Exception {
        Path changes = folder.resolve("changes");
        Files.writeString(changes, "x".repeat(9 << 20));
        datapath().open();
        assertTrue(Files.size(changes) < 100);
        assertEquals(9 << 20, Files.size(folder.resolve("changes.before")));
    }

    private RecordDatapath datapath() {
        var parent = new ParentInterface("eth0", Optional.of(IpAddress.parse("10.6.0.1")), Optional.empty());
        return new RecordDatapath(folder.resolve("changes"), parent, InstantSource.fixed(Instant.EPOCH));
    }
}
