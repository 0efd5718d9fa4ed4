package dev.baton.failover.topology;

import dev.baton.contract.wire.Logs;
import dev.baton.failover.runner.Intake;
import dev.baton.failover.runner.Write;
import java.util.Objects;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.jspecify.annotations.Nullable;

/** Hands declarations to {@link Intake} and forwards what it says. */
final class IntakeTask implements Processor<byte[], byte[], byte[], byte[]> {
    private final Shell shell;
    private @Nullable ProcessorContext<byte[], byte[]> context;

    IntakeTask(Shell shell) {
        this.shell = shell;
    }

    @Override
    public void init(ProcessorContext<byte[], byte[]> given) {
        context = given;
    }

    @Override
    public void process(Record<byte[], byte[]> record) {
        var to = Objects.requireNonNull(context, "init comes first");
        RecordMetadata metadata = to.recordMetadata().orElseThrow();
        long offset = metadata.offset();
        shell.decode(Logs.DECLARATIONS, metadata.partition(), offset, record.key(), record.value(), record.headers())
                .ifPresent(entry -> {
                    Write.ToFleet write = Intake.take(
                            entry.fleet(), offset, entry.value(), shell.draw().get());
                    // Which rules are in force is not known here.
                    to.forward(
                            shell.record(Logs.FLEET, entry.fleet(), write.entry()), FailoverTopology.FLEET_OF_INTAKE);
                });
    }
}
