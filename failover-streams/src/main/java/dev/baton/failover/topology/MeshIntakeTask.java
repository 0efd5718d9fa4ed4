package dev.baton.failover.topology;

import dev.baton.contract.mesh.MeshEntry;
import dev.baton.contract.wire.Logs;
import java.util.Objects;
import java.util.Optional;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.jspecify.annotations.Nullable;

/** Puts what users and Kubernetes want of a mesh into its log, in the order in which it came. */
final class MeshIntakeTask implements Processor<byte[], byte[], byte[], byte[]> {
    private final Shell shell;
    private final String sink;
    private @Nullable ProcessorContext<byte[], byte[]> context;

    MeshIntakeTask(Shell shell, String sink) {
        this.shell = shell;
        this.sink = sink;
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
        shell.decode(
                        Logs.MESH_DECLARATIONS,
                        metadata.partition(),
                        offset,
                        record.key(),
                        record.value(),
                        record.headers())
                .ifPresent(entry -> {
                    var origin = new MeshEntry.Origin(MeshEntry.Source.DECLARATIONS, offset, 0);
                    var sequenced = new MeshEntry(entry.fleet(), Optional.of(origin), entry.value());
                    to.forward(shell.record(Logs.MESH, entry.fleet(), sequenced), sink);
                });
    }
}
