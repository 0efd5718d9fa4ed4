package dev.baton.launcher.cli;

import dev.baton.contract.FleetSnapshot;
import dev.baton.contract.wire.Logs;
import dev.baton.contract.wire.Undecodable;
import dev.baton.contract.wire.WireCodec;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;

/**
 * A fleet in a file: a line that says so, and then its snapshot as {@code baton.snapshots} has it, with the schemas
 * that come with Baton, whichever registry the fleet uses.
 */
final class FleetFile {
    private static final byte[] FIRST_LINE = "baton fleet 1\n".getBytes(StandardCharsets.US_ASCII);

    private FleetFile() {}

    /** @throws FileAlreadyExistsException if there is one: what it holds may be all that is left of a fleet */
    static void write(Path file, FleetSnapshot snapshot) throws IOException {
        var bytes = new ByteArrayOutputStream();
        bytes.writeBytes(FIRST_LINE);
        bytes.writeBytes(WireCodec.bundled().encode(Logs.SNAPSHOTS, snapshot));
        Files.write(file, bytes.toByteArray(), StandardOpenOption.CREATE_NEW);
    }

    /** @throws IllegalArgumentException if it holds no fleet, or not all of it */
    static FleetSnapshot read(Path file) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        int begin = FIRST_LINE.length;
        if (bytes.length < begin || !Arrays.equals(bytes, 0, begin, FIRST_LINE, 0, begin)) {
            throw new IllegalArgumentException(file + " is not a file that baton fleet export has written");
        }
        try {
            if (WireCodec.bundled().decode(Logs.SNAPSHOTS, Arrays.copyOfRange(bytes, begin, bytes.length))
                    instanceof FleetSnapshot fleet) {
                return fleet;
            }
        } catch (Undecodable e) {
            throw new IllegalArgumentException(file + " is damaged, or of a newer release: " + e.getMessage(), e);
        }
        throw new IllegalArgumentException(file + " holds something else than a fleet");
    }
}
