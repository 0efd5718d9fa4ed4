package dev.baton.sim;

import dev.baton.contract.Decided;
import dev.baton.contract.FleetId;
import dev.baton.contract.LivenessEvent;
import dev.baton.contract.Sequenced;
import dev.baton.contract.wire.Log;
import dev.baton.contract.wire.Logs;
import dev.baton.contract.wire.WireCodec;
import dev.baton.failover.replay.LogEntry;
import dev.baton.sim.model.SimLog;
import dev.baton.sim.world.World;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Collectors;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

/**
 * What a fleet's coordinators read and said, as it was written then: one record a line, with its topic, offset, append
 * time in milliseconds since 1970 and value in hexadecimal digits; compressed.
 */
record RecordedLog(
        FleetId fleet,
        List<LogEntry<LivenessEvent>> heartbeats,
        List<LogEntry<Sequenced>> entries,
        List<LogEntry<Decided>> decisions) {
    private static final WireCodec CODEC = WireCodec.bundled();

    /** All of it that is left at the end of a run. */
    static void write(Path file, World world) {
        var lines = new ArrayList<String>();
        lines.add(world.fleetId().value());
        add(lines, Logs.HEARTBEATS, world.logs().heartbeats(), world.fleetId());
        add(lines, Logs.FLEET, world.logs().fleet(), world.fleetId());
        add(lines, Logs.DECISIONS, world.logs().decisions(), world.fleetId());
        try {
            Files.createDirectories(file.getParent());
            try (var out = new GZIPOutputStream(Files.newOutputStream(file))) {
                out.write((String.join("\n", lines) + "\n").getBytes(StandardCharsets.UTF_8));
            }
        } catch (IOException e) {
            throw new IllegalStateException(file + " cannot be written", e);
        }
    }

    private static <E> void add(List<String> lines, Log<E> log, SimLog<E> from, FleetId fleet) {
        for (long offset = 0; offset < from.end(); offset++) {
            SimLog.Entry<E> entry = from.get(offset);
            if (entry.isOf(fleet) && entry.isReadable()) {
                String value = HexFormat.of().formatHex(CODEC.encode(log, entry.value()));
                lines.add(log + " " + offset + " " + entry.at().toEpochMilli() + " " + value);
            }
        }
    }

    static RecordedLog read(Path file) throws IOException {
        try (var in = new BufferedReader(
                new InputStreamReader(new GZIPInputStream(Files.newInputStream(file)), StandardCharsets.UTF_8))) {
            var fleet = new FleetId(in.readLine());
            List<String[]> records = in.lines().map(line -> line.split(" ")).collect(Collectors.toList());
            return new RecordedLog(
                    fleet,
                    of(records, Logs.HEARTBEATS, fleet),
                    of(records, Logs.FLEET, fleet),
                    of(records, Logs.DECISIONS, fleet));
        }
    }

    private static <E> List<LogEntry<E>> of(List<String[]> records, Log<E> log, FleetId fleet) {
        return records.stream()
                .filter(words -> words[0].equals(log.toString()))
                .map(words -> new LogEntry<>(
                        Long.parseLong(words[1]),
                        Instant.ofEpochMilli(Long.parseLong(words[2])),
                        fleet,
                        CODEC.decode(log, HexFormat.of().parseHex(words[3]))))
                .toList();
    }
}
