package dev.baton.contract;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;

/**
 * Names the time since the machine started. Values of {@link System#nanoTime} mean nothing in another boot, though they
 * may look fine.
 */
public record BootId(String value) {
    private static final Path KERNEL = Path.of("/proc/sys/kernel/random/boot_id");

    /** Where the kernel does not say, each process is a boot of its own: no lease is ever taken over. */
    public static BootId current() {
        try {
            return new BootId(Files.readString(KERNEL).strip());
        } catch (IOException e) {
            return new BootId(UUID.randomUUID().toString());
        }
    }
}
