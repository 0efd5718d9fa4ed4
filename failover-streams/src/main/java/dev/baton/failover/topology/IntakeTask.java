package dev.baton.failover.topology;

import dev.baton.contract.Sequenced;
import dev.baton.contract.Sequenced.Origin;
import dev.baton.contract.Sequenced.Source;
import dev.baton.contract.wire.Logs;
import java.util.Optional;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;

/** Puts declarations into the fleet log, in the order in which they came. Whether they are taken, the fold decides. */
final class IntakeTask implements Processor<byte[], byte[], byte[], byte[]> {
    private final Shell shell;
    private @org.jspecify.annotations.Nullable ProcessorContext<byte[], byte[]> context;

    IntakeTask(Shell shell) {
        this.shell = shell;
    }

    @Override
    public void init(ProcessorContext<byte[], byte[]> given) {
        context = given;
    }

    @Override
    public void process(Record<byte[], byte[]> record) {
        var to = java.util.Objects.requireNonNull(context, "init comes first");
        long offset = to.recordMetadata().orElseThrow().offset();
        shell.decode(Logs.DECLARATIONS, offset, record.key(), record.value()).ifPresent(entry -> {
            var origin = new Origin(Source.DECLARATIONS, offset, 0);
            var sequenced = new Sequenced(entry.fleet(), Optional.of(origin), entry.value());
            to.forward(shell.record(Logs.FLEET, entry.fleet(), sequenced), FailoverTopology.FLEET_OF_INTAKE);
        });
    }
}
