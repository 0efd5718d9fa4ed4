package dev.baton.contract.mesh;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** As Gateway API compares the host names of listeners and routes. */
class HostNameTest {
    @ParameterizedTest
    @CsvSource({
        "a.example.com, a.example.com, true",
        "a.example.com, b.example.com, false",
        "*.example.com, a.example.com, true",
        "*.example.com, a.b.example.com, true",
        "*.example.com, example.com, false",
        "*.example.com, anexample.com, false",
        "*.example.com, *.b.example.com, true",
        "*.a.example.com, *.b.example.com, false",
    })
    void namesMeet(String one, String other, boolean meet) {
        assertEquals(meet, new HostName(one).meets(new HostName(other)));
        assertEquals(meet, new HostName(other).meets(new HostName(one)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "*", "a..b", "A.example.com", "-a.example.com", "a.*.com", "a b", "a_b.example.com"})
    void whatIsNoHostNameIsRefusedByName(String text) {
        var refused = assertThrows(IllegalArgumentException.class, () -> new HostName(text));
        assertTrue(String.valueOf(refused.getMessage()).startsWith("host name: \"" + text + "\""), refused.toString());
    }

    @Test
    void anEndpointsAddressReadsAsPeopleWriteIt() {
        assertEquals("10.0.0.1:80", new EndpointAddress("10.0.0.1", 80).toString());
        assertEquals("[fd00::1]:80", new EndpointAddress("fd00::1", 80).toString());
        assertThrows(IllegalArgumentException.class, () -> new EndpointAddress("", 80));
        assertThrows(IllegalArgumentException.class, () -> new EndpointAddress("a", 0));
    }
}
