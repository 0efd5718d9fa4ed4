package dev.baton.launcher.client;

import dev.baton.contract.FleetId;
import dev.baton.contract.mesh.MeshDecision.RequestRefused;
import dev.baton.contract.mesh.MeshDeclaration;
import dev.baton.contract.mesh.MeshEntry;
import dev.baton.contract.wire.Logs;
import dev.baton.contract.wire.WireCodec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Appends what is wanted of a mesh, and waits until the coordinator has put it into the mesh's log. */
public final class MeshDeclarer implements AutoCloseable {
    private final KafkaProducer<byte[], byte[]> producer;
    private final Map<String, Object> client;
    private final WireCodec codec;
    private final FleetId mesh;

    /** @param client at least {@code bootstrap.servers} */
    public MeshDeclarer(Map<String, Object> client, WireCodec codec, FleetId mesh) {
        var properties = new HashMap<>(client);
        properties.put("acks", "all");
        properties.put("max.block.ms", "10000");
        properties.put("delivery.timeout.ms", "10000");
        this.producer = new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer());
        this.client = Map.copyOf(client);
        this.codec = codec;
        this.mesh = mesh;
    }

    /**
     * The answer to a declaration.
     *
     * @param refused empty: it was taken
     */
    public record Answer(MeshDeclaration declaration, Optional<RequestRefused> refused) {}

    /**
     * Appends in order and waits for all answers.
     *
     * @throws IllegalStateException if the coordinator has not answered all within the limit; they stay in the log
     */
    public List<Answer> declare(List<? extends MeshDeclaration> declarations, Duration limit)
            throws InterruptedException {
        try (var follower = new MeshFollower(client, codec, mesh)) {
            follower.catchUp();
            var asked = new TreeMap<Long, MeshDeclaration>();
            List<Long> offsets = append(declarations);
            for (int i = 0; i < offsets.size(); i++) {
                asked.put(offsets.get(i), declarations.get(i));
            }
            var answers = new ArrayList<Answer>();
            long deadline = System.nanoTime() + limit.toNanos();
            while (!asked.isEmpty()) {
                follower.poll(Duration.ofMillis(50), (offset, entry, outcome) -> {
                    Optional<RequestRefused> refused = outcome.decisions().stream()
                            .flatMap(decision -> decision instanceof RequestRefused one
                                    ? Optional.of(one).stream()
                                    : Optional.<RequestRefused>empty().stream())
                            .findFirst();
                    taken(entry, asked).ifPresent(declaration -> answers.add(new Answer(declaration, refused)));
                });
                if (System.nanoTime() > deadline && !asked.isEmpty()) {
                    throw new IllegalStateException("no coordinator took " + asked.size() + " of "
                            + declarations.size() + " declarations within " + limit.toSeconds()
                            + "s; they stay in the log and are taken when one runs");
                }
            }
            return answers;
        }
    }

    private static Optional<MeshDeclaration> taken(MeshEntry entry, Map<Long, MeshDeclaration> asked) {
        return entry.origin()
                .filter(origin -> origin.source() == MeshEntry.Source.DECLARATIONS)
                .flatMap(origin -> Optional.ofNullable(asked.remove(origin.offset())));
    }

    /**
     * Appends in order and waits for no answer: a coordinator may not be running yet.
     *
     * @return their offsets
     */
    public List<Long> append(List<? extends MeshDeclaration> declarations) throws InterruptedException {
        var sent = new ArrayList<Future<RecordMetadata>>();
        for (MeshDeclaration declaration : declarations) {
            sent.add(producer.send(codec.record(Logs.MESH_DECLARATIONS, mesh, declaration)));
        }
        var offsets = new ArrayList<Long>();
        for (Future<RecordMetadata> one : sent) {
            try {
                offsets.add(one.get().offset());
            } catch (ExecutionException e) {
                throw new IllegalStateException(Logs.MESH_DECLARATIONS + " took no record: " + e.getCause(), e);
            }
        }
        return offsets;
    }

    @Override
    public void close() {
        producer.close(Duration.ofSeconds(2));
    }
}
