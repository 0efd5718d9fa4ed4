package dev.baton.failover;

import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.utils.Time;

/**
 * Milliseconds that begin with the wall clock's and then follow the monotonic clock, whatever the wall clock does.
 * Kafka Streams measures the distance between punctuations and commits in them: after a wall clock is set back by an
 * hour it would not punctuate, and so not tick, for an hour.
 */
final class MonotonicTime implements Time {
    private final long beginMillis = System.currentTimeMillis();
    private final long beginNanos = System.nanoTime();

    @Override
    public long milliseconds() {
        return beginMillis + TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - beginNanos);
    }

    @Override
    public long nanoseconds() {
        return System.nanoTime();
    }

    @Override
    public void sleep(long millis) {
        Time.SYSTEM.sleep(millis);
    }

    @Override
    public void waitObject(Object monitor, Supplier<Boolean> condition, long deadlineMillis)
            throws InterruptedException {
        synchronized (monitor) {
            while (!condition.get()) {
                long left = deadlineMillis - milliseconds();
                if (left <= 0) {
                    throw new TimeoutException("the condition did not hold in time");
                }
                monitor.wait(left);
            }
        }
    }
}
