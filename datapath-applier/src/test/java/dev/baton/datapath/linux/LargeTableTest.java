package dev.baton.datapath.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.baton.contract.DatapathFault;
import dev.baton.datapath.DatapathException;
import dev.baton.datapath.lab.Lab;
import dev.baton.datapath.linux.NftTable.Chain;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Tables of many policies on a busy machine: nobody waits for a tool that has no time, or takes its silence for drift.
 */
@NeedsRootAndTools
class LargeTableTest {
    private static final int CHAINS = 60;

    private final NftTable table = large();
    private Lab lab = new Lab(0);
    private LinuxOptions options = LinuxOptions.DEFAULT;
    private ToolChild resident = ToolChild.nft(options);

    @BeforeEach
    void aNode() {
        lab = new Lab(1);
        options = LinuxOptions.inNamespace(lab.namespace("n1"));
        resident = ToolChild.nft(options, "-s", "-t");
    }

    @AfterEach
    void close() {
        resident.close();
        lab.close();
    }

    private static NftTable large() {
        var chains = new TreeMap<String, Chain>();
        for (int i = 0; i < CHAINS; i++) {
            chains.put("chain-" + i, new Chain("", List.of("ip daddr 192.0.2." + i + " accept")));
        }
        return new NftTable("inet", "large", new TreeMap<>(), chains);
    }

    private Traffic programmed() throws DatapathException {
        var tools = new OneShot(options);
        var kept = new Traffic(tools, resident, Optional.of(lab.namespace("n1")));
        Traffic.Change change = kept.change(table);
        if (!change.text().isEmpty()) {
            tools.require(DatapathFault.FIREWALL, change.text(), "nft", "-f", "-");
        }
        kept.made(change, false);
        return kept;
    }

    /** Stopped here, it is as late as on a machine that is busy with other things. */
    private void stopTheResidentTool() throws Exception {
        resident.run(List.of("list tables"));
        var nft = ProcessHandle.current()
                .descendants()
                .filter(process -> process.info().commandLine().orElse("").contains("nft -i -s -t"))
                .toList();
        assertFalse(nft.isEmpty());
        for (ProcessHandle process : nft) {
            new ProcessBuilder("kill", "-STOP", Long.toString(process.pid()))
                    .start()
                    .waitFor();
        }
    }

    @Test
    void aLargeTableIsTakenOverAndLookedAtWithoutTheResidentToolWhichHasNoTimeForIt() throws Exception {
        programmed();
        stopTheResidentTool();

        Traffic successor = programmed();

        assertFalse(successor.drifted(true, true));
        lab.in("n1", "nft", "flush", "chain", "inet", "large", "chain-7");
        assertEquals(true, successor.drifted(false, true));
    }

    @Test
    void aLookThatFailsIsNoDrift() throws Exception {
        Traffic kept = programmed();
        lab.close(); // no tool can be started there any more

        assertThrows(DatapathException.class, () -> kept.drifted(true, true));
        assertEquals(true, kept.stands());
    }
}
