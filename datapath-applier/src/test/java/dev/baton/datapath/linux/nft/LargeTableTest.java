package dev.baton.datapath.linux.nft;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.baton.contract.DatapathFault;
import dev.baton.datapath.DatapathException;
import dev.baton.datapath.lab.Lab;
import dev.baton.datapath.linux.NeedsRootAndTools;
import dev.baton.datapath.linux.nft.NftTable.Chain;
import dev.baton.datapath.linux.tool.ResidentTool;
import dev.baton.datapath.linux.tool.RunTool;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Tables of many policies on a busy machine: the datapath does not wait for a tool that has no time, and does not take
 * its silence for drift.
 */
@NeedsRootAndTools
class LargeTableTest {
    private static final int CHAINS = 60;

    private final NftTable table = large();
    private Lab lab = new Lab(0); // replaced before each test
    private Optional<String> namespace = Optional.empty();
    private ResidentTool resident = ResidentTool.nft(namespace);

    @BeforeEach
    void aNode() {
        resident.close();
        lab.close();
        lab = new Lab(1);
        namespace = Optional.of(lab.namespace("n1"));
        resident = ResidentTool.nft(namespace, "-s", "-t");
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

    private ManagedTable programmed() throws DatapathException {
        var tools = new RunTool(namespace);
        var kept = new ManagedTable(tools, resident);
        ManagedTable.Change change = kept.change(table);
        if (!change.text().isEmpty()) {
            tools.require(DatapathFault.FIREWALL, change.text(), "nft", "-f", "-");
        }
        kept.made(change, false);
        return kept;
    }

    /** A stopped tool answers as late as one on a busy machine. */
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
    void aLargeTableIsTakenOverAndCheckedWithoutTheResidentTool() throws Exception {
        programmed();
        stopTheResidentTool();

        ManagedTable successor = programmed();

        assertFalse(successor.hasDrifted(true, true));
        lab.in("n1", "nft", "flush", "chain", "inet", "large", "chain-7");
        assertEquals(true, successor.hasDrifted(false, true));
    }

    @Test
    void aLookThatFailsIsNoDrift() throws Exception {
        ManagedTable kept = programmed();
        lab.close(); // no tool can be started there any more

        assertThrows(DatapathException.class, () -> kept.hasDrifted(true, true));
        assertEquals(true, kept.isKnown());
    }
}
