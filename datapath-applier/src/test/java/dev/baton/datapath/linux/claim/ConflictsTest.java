package dev.baton.datapath.linux.claim;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.baton.contract.IpAddress;
import dev.baton.contract.MacAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class ConflictsTest {
    private static final IpAddress ADDRESS = IpAddress.parse("10.6.0.200");
    private static final IpAddress OTHER = IpAddress.parse("fd06::200");
    private static final Claim ONE = new Claim(ADDRESS, new MacAddress("02:00:00:00:00:0a"));
    private static final Claim TWO = new Claim(ADDRESS, new MacAddress("02:00:00:00:00:0b"));
    private static final Claim OF_OTHER = new Claim(OTHER, ONE.owner());

    private final Conflicts conflicts = new Conflicts();

    private Conflicts.Answer at(Duration time, Claim... claims) {
        // Such a clock may begin anywhere, also shortly before its greatest number.
        return conflicts.to(List.of(claims), Long.MAX_VALUE - 1_000_000_000L + time.toNanos());
    }

    private List<Claim> recentAt(Duration time) {
        return conflicts.recent(Long.MAX_VALUE - 1_000_000_000L + time.toNanos());
    }

    private static Conflicts.Answer answer(Set<IpAddress> defend, Claim... say) {
        return new Conflicts.Answer(new TreeSet<>(defend), List.of(say));
    }

    @Test
    void anAddressIsDefendedOnceInTenSecondsWhoeverClaimsIt() {
        assertEquals(answer(Set.of(ADDRESS), ONE, TWO), at(Duration.ZERO, ONE, TWO));
        assertEquals(answer(Set.of(OTHER), OF_OTHER), at(Duration.ofSeconds(5), ONE, OF_OTHER));
        assertEquals(answer(Set.of(ADDRESS)), at(Conflicts.DEFEND_EVERY, ONE));
        assertEquals(5, conflicts.count(), "each is counted");
    }

    @Test
    void aClaimIsSaidOnceInAMinute() {
        assertEquals(List.of(ONE), at(Duration.ZERO, ONE).say());
        assertEquals(List.of(TWO), at(Duration.ofSeconds(59), ONE, TWO).say());
        assertEquals(List.of(ONE), at(Conflicts.SAY_EVERY, ONE, TWO).say());
    }

    @Test
    void aClaimIsRememberedForAMinuteAfterItWasHeardLast() {
        at(Duration.ZERO, TWO, ONE);
        at(Duration.ofSeconds(40), ONE);
        assertEquals(List.of(ONE, TWO), recentAt(Duration.ofSeconds(59)));
        assertEquals(List.of(ONE), recentAt(Duration.ofSeconds(60)));
        assertEquals(List.of(), recentAt(Duration.ofSeconds(100)));
    }

    @Test
    void aFloodOfClaimsIsCountedAndNotSaid() {
        var flood = new ArrayList<Claim>();
        for (int i = 0; i < 3 * Conflicts.SAID_AT_MOST; i++) {
            flood.add(new Claim(ADDRESS, new MacAddress("02:00:00:00:%02x:%02x".formatted(i >> 8, i & 0xff))));
        }
        assertEquals(
                Conflicts.SAID_AT_MOST,
                at(Duration.ZERO, flood.toArray(Claim[]::new)).say().size());
        assertEquals(Conflicts.TOLD_AT_MOST, recentAt(Duration.ZERO).size());
        assertEquals(flood.size(), conflicts.count());
    }
}
