package dev.baton.datapath.linux;

import static dev.baton.datapath.lab.EchoServer.sourceSeen;
import static dev.baton.datapath.lab.Lab.SERVER4;
import static dev.baton.datapath.lab.Lab.SERVER6;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.baton.contract.Cidr;
import dev.baton.contract.Settings;
import dev.baton.datapath.lab.TestFleet;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The tunnel device's addresses have the prefix length of the fleet's tunnel subnets. */
@NeedsRootAndTools
class TunnelSubnetTest extends ThreeNodes {
    @Test
    void theNodeRoutesTheFleetsTunnelSubnetToTheDeviceAndNoMore() throws Exception {
        fleet.settings(Settings.DEFAULT.withTunnelSubnets(Cidr.parse("172.31.0.0/20"), Cidr.parse("fd11::/120")));
        appliedEverywhere();

        assertEquals(List.of("172.31.0.0/20"), connected("-4"));
        assertTrue(connected("-6").contains("fd11::/120"), connected("-6").toString());
        assertTrue(!connected("-6").contains("fd11::/112"), connected("-6").toString());
        assertEquals(List.of(), datapath(1).check().repaired());
        assertEquals(Optional.of(TestFleet.EIP4), sourceSeen(lab, "p1", SERVER4));
        assertEquals(Optional.of(TestFleet.EIP6), sourceSeen(lab, "p1", SERVER6));
    }

    private List<String> connected(String family) {
        return lab.in("n1", "ip", family, "route", "show", "dev", "egress.vxlan", "proto", "kernel")
                .lines()
                .map(line -> line.split(" ")[0])
                .toList();
    }
}
