package dev.baton.bridge.manifest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.List;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/** Text to documents; a {@code List} is split into its items. Duplicate keys and alias bombs are refused. */
final class YamlDocuments {
    /** A file with every pod of a large cluster fits; an endless one does not. */
    private static final int MOST_CHARACTERS = 64 << 20;

    private static final ObjectMapper TREES = new ObjectMapper();

    private YamlDocuments() {}

    /** @param problems one for each document that is not an object of ours, with its position */
    record Documents(List<Document> documents, List<String> problems) {}

    static Documents read(String source, String yaml) {
        var documents = new ArrayList<Document>();
        var problems = new ArrayList<String>();
        var settings = LoadSettings.builder()
                .setLabel(source)
                .setAllowDuplicateKeys(false)
                .setCodePointLimit(MOST_CHARACTERS)
                .build();
        try {
            int place = 0;
            for (Object loaded : new Load(settings).loadAllFromString(yaml)) {
                place++;
                if (loaded != null) {
                    try {
                        add(documents, source + "[" + place + "]", TREES.valueToTree(loaded));
                    } catch (InvalidManifest e) {
                        problems.add(String.valueOf(e.getMessage()));
                    }
                }
            }
        } catch (MarkedYamlEngineException e) {
            throw new InvalidManifest(source + ": not YAML" + place(e) + ": " + e.getProblem(), e);
        } catch (YamlEngineException e) {
            throw new InvalidManifest(source + ": not YAML: " + e.getMessage(), e);
        }
        return new Documents(documents, problems);
    }

    private static String place(MarkedYamlEngineException e) {
        return e.getProblemMark()
                .map(mark -> " at line " + (mark.getLine() + 1) + ", column " + (mark.getColumn() + 1))
                .orElse("");
    }

    private static void add(List<Document> documents, String source, JsonNode node) {
        if (!node.path("kind").asText().equals("List")) {
            documents.add(Document.read(source, node));
            return;
        }
        Fields list = Fields.of(source + ": List: ", node).only("apiVersion", "kind", "metadata", "items");
        int place = 0;
        for (Fields item : list.objects("items")) {
            add(documents, source + ".items[" + place++ + "]", item.node());
        }
    }
}
