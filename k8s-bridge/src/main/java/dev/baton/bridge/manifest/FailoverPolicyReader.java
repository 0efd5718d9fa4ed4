package dev.baton.bridge.manifest;

import dev.baton.contract.DurationText;
import dev.baton.contract.mesh.FailoverPolicy;
import dev.baton.contract.mesh.FailoverPolicyId;
import dev.baton.contract.mesh.MemberId;
import dev.baton.contract.mesh.MeshDeclaration.FailoverPolicyDeclared;
import dev.baton.contract.mesh.PolicyTarget;
import dev.baton.contract.mesh.ReturnRules;
import dev.baton.contract.mesh.ReturnRules.Failback;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/** Reads a policy of Baton's own kind. */
final class FailoverPolicyReader {
    private static final int WHOLE = 100;
    private static final Map<String, Failback> FAILBACK =
            Words.of("Probed", Failback.PROBED, "Manual", Failback.MANUAL);
    private static final Map<String, String> KINDS =
            Words.of("HTTPRoute", "httproute", "Gateway", "gateway", "Destination", "destination");

    private FailoverPolicyReader() {}

    static FailoverPolicyDeclared read(Document document) {
        Fields spec = document.root()
                .only("apiVersion", "kind", "metadata", "spec", "status")
                .requiredObject("spec")
                .only(
                        "targetRefs",
                        "maxEjectionPercent",
                        "holdDown",
                        "ramp",
                        "rampStep",
                        "failback",
                        "probe",
                        "levels");
        ReturnRules absent = ReturnRules.DEFAULT;
        ReturnRules rules = spec.built(() -> new ReturnRules(
                spec.numberWithin("maxEjectionPercent", 0, WHOLE).orElse(absent.maxEjectionPercent()),
                spec.parsedText("holdDown", DurationText::parse).orElse(absent.holdDown()),
                spec.numbers("ramp"),
                spec.parsedText("rampStep", DurationText::parse).orElse(absent.rampStep()),
                spec.oneOf("failback", FAILBACK).orElse(absent.failback())));
        return new FailoverPolicyDeclared(new FailoverPolicy(
                id(document),
                new TreeSet<>(targets(document, spec)),
                rules,
                spec.object("probe").map(ProbeReader::read),
                levels(spec)));
    }

    static FailoverPolicyId id(Document document) {
        return new FailoverPolicyId(
                document.kind().text().toLowerCase(Locale.ROOT) + "/" + document.namespace() + "/" + document.name());
    }

    private static List<PolicyTarget> targets(Document document, Fields spec) {
        var targets = new ArrayList<PolicyTarget>();
        for (Fields target : spec.objects("targetRefs")) {
            target.only("group", "kind", "name", "namespace");
            String kind = target.oneOf("kind", KINDS).orElseThrow(() -> target.bad("kind", "missing"));
            String name = target.requiredText("name");
            String path = kind.equals("destination")
                    ? name
                    : target.text("namespace").orElse(document.namespace()) + "/" + name;
            targets.add(target.built(() -> new PolicyTarget(kind + "/" + path)));
        }
        if (targets.isEmpty()) {
            throw spec.bad("targetRefs", "missing; at least one is wanted");
        }
        return targets;
    }

    private static SortedMap<MemberId, Integer> levels(Fields spec) {
        var levels = new TreeMap<MemberId, Integer>();
        int number = 0;
        for (Fields level : spec.objects("levels")) {
            for (MemberId member : level.only("members").parsedTexts("members", MemberId::new)) {
                if (levels.put(member, number) != null) {
                    throw level.bad("members", member + " is in two levels");
                }
            }
            number++;
        }
        return levels;
    }
}
