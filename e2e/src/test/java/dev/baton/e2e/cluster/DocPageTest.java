package dev.baton.e2e.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What counts as printing what a page shows. */
class DocPageTest {
    private static final String RULES = "0:\tfrom all lookup local\n98:\tfrom all fwmark 0x26100001 lookup 638582785\n";

    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it
    private Path folder;

    private DocPage.Shown shown(String block) throws IOException {
        Path page = folder.resolve("page.md");
        Files.writeString(page, "text\n\n```console\n" + block + "\n```\npod$ not in a block\n");
        List<DocPage.Shown> all = DocPage.read(page);
        assertEquals(1, all.size());
        return all.getFirst();
    }

    @Test
    void allLinesOrTheGivenOnesInTheirOrder() throws IOException {
        DocPage.Shown all =
                shown("pod-node$ ip rule\n0: from all lookup local\n98: from all fwmark 0x26100001 lookup 638582785");
        assertEquals("pod-node", all.place());
        assertEquals("ip rule", all.command());
        assertEquals("", all.missing(RULES));
        assertNotEquals("", all.missing(RULES + "99:\tfrom all lookup 7\n"));
        assertNotEquals("", all.missing(RULES.replace("0x26100001", "0x26100002")));
        DocPage.Shown some = shown("pod-node$ ip rule\n...\n98: from all fwmark 0x26100001 lookup 638582785");
        assertEquals("", some.missing(RULES));
        assertEquals("98: from all fwmark 0x26100001 lookup 638582785", some.missing("0: from all lookup local\n"));
    }

    @Test
    void whatDiffersFromClusterToClusterIsNotCompared() throws IOException {
        DocPage.Shown pods = shown("administrator$ kubectl get pods\nbaton-agent-4c67h 1/1 Running 0 23s");
        assertEquals("", pods.missing("baton-agent-zz9p8   1/1     Running   0          2m3s\n"));
        assertNotEquals("", pods.missing("baton-agent-zz9p8   0/1     Running   0          2m3s\n"));
        DocPage.Shown source = shown("pod-node$ nft list map\n10.90.1.2 : jump egress-policy-88fab06e45b8d6c74");
        assertEquals("", source.missing("10.90.1.17 : jump egress-policy-0000000000000000\n"));
        assertNotEquals("", source.missing("10.90.2.17 : jump egress-policy-0000000000000000\n"));
    }
}
