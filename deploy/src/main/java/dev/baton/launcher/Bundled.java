package dev.baton.launcher;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** Texts that are shipped in the jar, under {@code baton/}. */
public final class Bundled {
    private Bundled() {}

    /** @param name of the file, with its folders below {@code baton/} */
    public static String text(String name) {
        String path = "/baton/" + name;
        try (InputStream in = Bundled.class.getResourceAsStream(path)) {
            if (in == null) {
                throw new IllegalStateException(path + " is not on the class path");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
