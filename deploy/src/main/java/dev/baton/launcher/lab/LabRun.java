package dev.baton.launcher.lab;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.std.StdSerializer;
import com.fasterxml.jackson.databind.type.TypeFactory;
import dev.baton.contract.Timings;
import dev.baton.failover.replay.Replay;
import dev.baton.launcher.lab.Calm.Peace;
import dev.baton.launcher.lab.Kills.Spread;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;

/** One run of {@code baton lab}. */
final class LabRun {
    private static final ObjectMapper JSON = JsonMapper.builder()
            .addModule(new SimpleModule().addSerializer(new OrNull()))
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .enable(SerializationFeature.INDENT_OUTPUT)
            .build();

    private final Timings timings;
    private final PrintWriter tells;
    private final PrintWriter out;

    /** The whole result of a run. */
    private record Result(
            boolean held, List<Report> scenarios, Optional<Spread> kills, Optional<Peace> calm, List<String> replays) {}

    /**
     * What the run should do.
     *
     * @param kills instead of scenarios, how often the holder is killed; 0: scenarios
     * @param calm instead of both, how long to wait without faults
     */
    record Wanted(List<Scenario> scenarios, int kills, Optional<Duration> calm, boolean json, boolean keep) {
        Wanted {
            scenarios = List.copyOf(scenarios);
        }
    }

    /** Writes an empty Optional as null in JSON. */
    private static final class OrNull extends StdSerializer<Optional<?>> {
        private static final long serialVersionUID = 1;

        OrNull() {
            super(TypeFactory.defaultInstance().constructType(Optional.class));
        }

        @Override
        public void serialize(Optional<?> value, JsonGenerator to, SerializerProvider provider) throws IOException {
            if (value.isPresent()) {
                to.writePOJO(value.get());
            } else {
                to.writeNull();
            }
        }
    }

    /** @param tells hears what happens; {@code out} gets the document, if one is wanted */
    LabRun(Timings timings, PrintWriter tells, PrintWriter out) {
        this.timings = timings;
        this.tells = tells;
        this.out = out;
    }

    /** @return whether everything held */
    boolean run(Wanted wanted) throws IOException, InterruptedException {
        try (Lab lab = Lab.start(timings, this::tell)) {
            Optional<Peace> peace = wanted.calm().map(time -> new Calm(lab, this::tell).keep(time));
            Optional<Spread> spread = peace.isEmpty() && wanted.kills() > 0
                    ? Optional.of(new Kills(lab, this::tell).repeat(wanted.kills()))
                    : Optional.empty();
            List<Report> reports = peace.isEmpty() && spread.isEmpty() ? play(lab, wanted.scenarios()) : List.of();
            Result result = result(lab, reports, spread, peace);
            if (wanted.json()) {
                out.println(JSON.writeValueAsString(result));
                out.flush();
            }
            if (wanted.keep()) {
                tell("the lab stays until interrupted; look with");
                lab.ways().forEach(way -> tell("  " + way));
                new CountDownLatch(1).await();
            }
            if (result.held()) {
                lab.forgetLogs();
            } else {
                tell("logs of all processes: " + lab.folder());
            }
            return result.held();
        }
    }

    private List<Report> play(Lab lab, List<Scenario> scenarios) {
        var judge = new Judge(lab);
        var reports = new ArrayList<Report>();
        for (Scenario scenario : scenarios) {
            tell("");
            tell("== " + scenario.name() + ": " + scenario.story());
            Report report = judge.play(scenario);
            report.lines().forEach(line -> tell("   " + line));
            reports.add(report);
        }
        return reports;
    }

    private Result result(Lab lab, List<Report> reports, Optional<Spread> kills, Optional<Peace> calm) {
        tell("");
        var replays = new ArrayList<String>();
        boolean same = true;
        for (Replay.Report replay : lab.replay()) {
            same &= replay.holds();
            replays.add(replay.entries() + " entries folded again, " + replay.compared() + " outcomes compared: "
                    + replay.first()
                            .map(first -> "first divergence at " + first)
                            .orElse("all the same"));
        }
        replays.forEach(line -> tell("replay: " + line));
        boolean held = same
                && reports.stream().allMatch(Report::held)
                && kills.map(Spread::held).orElse(true)
                && calm.map(Peace::held).orElse(true);
        tell(held ? "all held" : "NOT all held");
        return new Result(held, reports, kills, calm, replays);
    }

    private void tell(String line) {
        synchronized (tells) {
            tells.println(line);
            tells.flush();
        }
    }
}
