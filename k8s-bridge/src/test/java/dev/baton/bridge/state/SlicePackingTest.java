package dev.baton.bridge.state;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.baton.contract.EndpointSlice;
import dev.baton.contract.EndpointSlice.Endpoint;
import dev.baton.contract.PolicyId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SlicePackingTest {
    private static final PolicyId POLICY = new PolicyId("shop", "web");

    private static Endpoint pod(int number) {
        return SmallFleet.endpoint(
                "shop", "p" + number, "10." + number / 60_000 + "." + number / 250 % 240 + "." + (1 + number % 250));
    }

    private static List<Endpoint> pods(int from, int to) {
        return new ArrayList<>(
                IntStream.range(from, to).mapToObj(SlicePackingTest::pod).toList());
    }

    private static Map<String, EndpointSlice> pack(Collection<EndpointSlice> current, List<Endpoint> wanted) {
        return SlicePacking.pack(POLICY, current, wanted);
    }

    /** Of the first slice. */
    private static List<Endpoint> endpoints(Map<String, EndpointSlice> slices) {
        return slices.values().iterator().next().endpoints();
    }

    private static String sizes(Map<String, EndpointSlice> slices) {
        return slices.values().stream()
                .map(slice -> slice.slice() + "=" + slice.endpoints().size())
                .toList()
                .toString();
    }

    @Test
    void aSliceHasAHundredPodsAtMost() {
        assertEquals("[]", sizes(pack(List.of(), List.of())));
        assertEquals("[web-0=100]", sizes(pack(List.of(), pods(0, 100))));
        assertEquals("[web-0=100, web-1=100, web-2=50]", sizes(pack(List.of(), pods(0, 250))));
    }

    @Test
    void aPodStaysInItsSliceAndFreedRoomIsFilledBeforeANewSliceBegins() {
        var before = pack(List.of(), pods(0, 200));
        var wanted = pods(10, 200);
        assertEquals("[web-0=90, web-1=100]", sizes(pack(before.values(), wanted)));
        wanted.addAll(pods(500, 515));
        var after = pack(before.values(), wanted);
        assertEquals("[web-0=100, web-1=100, web-2=5]", sizes(after));
        assertEquals(before.get("web-1"), after.get("web-1"));
        assertEquals(pods(10, 100), endpoints(after).subList(0, 90));
    }

    @Test
    void theSamePodsInAnotherOrderChangeNothing() {
        var before = pack(List.of(), pods(0, 150));
        assertEquals(before, pack(before.values(), pods(0, 150).reversed()));
    }

    @Test
    void aPodWithANewAddressIsReplacedInItsPlace() {
        var before = pack(List.of(), pods(0, 3));
        var wanted = pods(0, 3);
        wanted.set(1, SmallFleet.endpoint("shop", "p1", "10.244.9.9"));
        assertEquals(wanted, endpoints(pack(before.values(), wanted)));
    }

    @Test
    void aSliceWithoutPodsGoesAndItsNameIsFree() {
        var before = pack(List.of(), pods(0, 150));
        var after = pack(before.values(), pods(100, 150));
        assertEquals("[web-1=50]", sizes(after));
        assertEquals("[web-0=10, web-1=100]", sizes(pack(after.values(), pods(100, 210))));
    }

    @Test
    void slicesOfAnotherMakeAndOfOtherPoliciesAreNotContinued() {
        var others = List.of(
                new EndpointSlice(POLICY, "pod.shop.p0", pods(0, 1)),
                new EndpointSlice(POLICY, "web-x7z2p", pods(1, 2)),
                new EndpointSlice(new PolicyId("other", "web"), "web-0", pods(2, 3)));
        var packed = pack(others, pods(0, 3));
        assertEquals(Set.of("web-0"), packed.keySet());
        assertEquals(new EndpointSlice(POLICY, "web-0", pods(0, 3)), packed.get("web-0"));
    }

    @Test
    void moreThanAHundredInOneSliceAreSplit() {
        var overfull = List.of(new EndpointSlice(POLICY, "web-0", pods(0, 120)));
        assertEquals("[web-0=100, web-1=20]", sizes(pack(overfull, pods(0, 120))));
    }

    @Test
    void longNamesFitAndStayApart() {
        var one = new PolicyId("shop", "a".repeat(252) + "b");
        var other = new PolicyId("shop", "a".repeat(252) + "c");
        String nameOfOne = SlicePacking.pack(one, List.of(), pods(0, 1))
                .keySet()
                .iterator()
                .next();
        String nameOfOther = SlicePacking.pack(other, List.of(), pods(0, 1))
                .keySet()
                .iterator()
                .next();
        assertTrue(nameOfOne.length() <= 253, nameOfOne);
        assertNotEquals(nameOfOne, nameOfOther);
        var again = List.of(new EndpointSlice(one, nameOfOne, pods(0, 1)));
        assertEquals(
                Set.of(nameOfOne), SlicePacking.pack(one, again, pods(0, 2)).keySet());
    }
}
