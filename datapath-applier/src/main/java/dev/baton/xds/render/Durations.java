package dev.baton.xds.render;

import com.google.protobuf.Duration;
import java.util.concurrent.TimeUnit;

/** Durations as messages. */
final class Durations {
    private Durations() {}

    static Duration ofMillis(long millis) {
        return Duration.newBuilder()
                .setSeconds(TimeUnit.MILLISECONDS.toSeconds(millis))
                .setNanos((int) TimeUnit.MILLISECONDS.toNanos(millis % 1000))
                .build();
    }

    static Duration ofSeconds(long seconds) {
        return Duration.newBuilder().setSeconds(seconds).build();
    }
}
