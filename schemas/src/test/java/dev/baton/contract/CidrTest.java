package dev.baton.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CidrTest {
    private static List<Cidr> parsed(String text) {
        return Arrays.stream(text.split(" ")).map(Cidr::parse).toList();
    }

    @ParameterizedTest
    @CsvSource({
        "10.0.1.0/24 10.0.0.0/24, 10.0.0.0/23",
        "10.0.1.0/24 10.0.2.0/24, 10.0.1.0/24 10.0.2.0/24",
        "10.0.0.0/24 10.0.2.0/24 10.0.3.0/24 10.0.1.0/24, 10.0.0.0/22",
        "10.0.0.0/8 10.0.2.0/24 10.0.0.0/8, 10.0.0.0/8",
        "0.0.0.0/1 128.0.0.0/1, 0.0.0.0/0",
        "fd00::1/128 10.0.0.1/32 fd00::/128 10.0.0.0/32, 10.0.0.0/31 fd00::/127"
    })
    void mergesNetworksIntoTheFewestWithTheSameAddresses(String networks, String merged) {
        assertEquals(parsed(merged), Cidr.merged(parsed(networks)));
    }
}
