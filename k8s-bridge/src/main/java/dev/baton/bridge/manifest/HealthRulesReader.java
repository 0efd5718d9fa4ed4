package dev.baton.bridge.manifest;

import dev.baton.contract.DurationText;
import dev.baton.contract.mesh.HealthRules;
import dev.baton.contract.mesh.HealthRulesDeclared;

/** Reads by which rules a mesh judges observations; a field that is absent has its default. */
final class HealthRulesReader {
    private HealthRulesReader() {}

    static HealthRulesDeclared read(Document document) {
        Fields spec = document.root()
                .only("apiVersion", "kind", "metadata", "spec")
                .requiredObject("spec")
                .only("unhealthyThreshold", "healthyThreshold", "consecutiveErrors", "quorum", "silentAfter");
        HealthRules absent = HealthRules.DEFAULT;
        return spec.built(() -> new HealthRulesDeclared(new HealthRules(
                number(spec, "unhealthyThreshold", absent.unhealthyThreshold()),
                number(spec, "healthyThreshold", absent.healthyThreshold()),
                number(spec, "consecutiveErrors", absent.consecutiveErrors()),
                number(spec, "quorum", absent.quorum()),
                spec.parsedText("silentAfter", DurationText::parse).orElse(absent.silentAfter()))));
    }

    private static int number(Fields spec, String field, int absent) {
        return spec.numberWithin(field, 0, Integer.MAX_VALUE).orElse(absent);
    }
}
