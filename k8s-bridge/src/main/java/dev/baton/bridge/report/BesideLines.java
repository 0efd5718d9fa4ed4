package dev.baton.bridge.report;

import dev.baton.bridge.beside.Beside;
import dev.baton.bridge.beside.BesidePods.BesidePod;
import dev.baton.bridge.beside.Renewals.Known;
import dev.baton.bridge.beside.StatusManagers.Traces;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;

/** Who else manages the objects. */
public final class BesideLines {
    private BesideLines() {}

    public static List<String> of(Beside beside, Beside.Verdict verdict, SortedMap<String, Traces> managers) {
        var lines = new ArrayList<String>();
        lines.add(
                switch (verdict) {
                    case Beside.Verdict.Alive(String evidence) -> Row.line("controller", "alive", "evidence", evidence);
                    case Beside.Verdict.NotKnown(String reason) ->
                        Row.line("controller", "unknown", "evidence", reason);
                    case Beside.Verdict.Gone _ -> Row.line("controller", "none");
                });
        for (Known lease : beside.leases.known()) {
            lines.add(Row.line(
                    "lease",
                    lease.found().name(),
                    "holder",
                    lease.found().holder(),
                    "state",
                    lease.life().name()));
        }
        // In whole minutes: a status that is written every five seconds must not make a new report each time.
        managers.forEach((manager, traces) -> lines.add(Row.line(
                "manager",
                manager,
                "kinds",
                Row.joined(traces.kinds()),
                "objects",
                Integer.toString(traces.objects()),
                "last",
                traces.last()
                        .map(at -> at.truncatedTo(ChronoUnit.MINUTES).toString())
                        .orElse(""))));
        for (BesidePod pod : beside.pods.all()) {
            lines.add(Row.line(
                    "pod",
                    pod.name(),
                    "component",
                    pod.component().name(),
                    "node",
                    pod.node(),
                    "ready",
                    Boolean.toString(pod.ready())));
        }
        return lines;
    }
}
