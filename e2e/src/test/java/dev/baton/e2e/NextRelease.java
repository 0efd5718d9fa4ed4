package dev.baton.e2e;

import dev.baton.contract.Lineage;
import dev.baton.contract.Rules;
import dev.baton.contract.Sequenced;
import dev.baton.contract.Topics;
import dev.baton.contract.wire.BundledSchemas;
import dev.baton.contract.wire.Formats;
import dev.baton.contract.wire.SchemaIds;
import dev.baton.contract.wire.WireCodec;
import dev.baton.failover.core.FleetState;
import dev.baton.failover.core.Outcome;
import dev.baton.failover.runner.CoordinationFold;
import dev.baton.failover.runner.LivenessFold;
import dev.baton.failover.runner.Watch;
import dev.baton.failover.topology.Folds;
import dev.baton.sim.world.OtherRules;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.apache.avro.Schema;

/**
 * A release that knows one version of the rules more: EIPs are placed otherwise, and every record has one more field.
 */
final class NextRelease {
    static final Rules RULES = OtherRules.VERSION;
    /** Ids from here on are of its formats. */
    static final int FIRST_ID = 1_000;

    static final Folds FOLDS = new Folds() {
        @Override
        public LivenessFold liveness(Watch watch, Supplier<Lineage> draw, Rules newest) {
            return Folds.RELEASED.liveness(watch, draw, newest);
        }

        @Override
        public CoordinationFold coordination(Watch watch, Supplier<Lineage> draw, Rules newest) {
            return new CoordinationFold(watch, draw, newest) {
                @Override
                protected Outcome outcome(FleetState before, long offset, Sequenced entry) {
                    return OtherRules.step(before, offset, entry);
                }
            };
        }
    };

    private NextRelease() {}

    static WireCodec codec() {
        var schemas = new Schemas();
        return new WireCodec(schemas, schemas);
    }

    private static final class Schemas implements SchemaIds, Formats {
        private final BundledSchemas shipped = new BundledSchemas();
        private final Map<String, Schema> ours = new ConcurrentHashMap<>();
        private final Map<String, Integer> ids = new TreeMap<>();
        private final Map<Integer, String> topics = new TreeMap<>();

        Schemas() {
            Topics.ALL.forEach(topic -> {
                int id = FIRST_ID + ids.size();
                ids.put(topic.name(), id);
                topics.put(id, topic.name());
            });
        }

        @Override
        public Schema of(String topic, Rules rules) {
            return rules.include(RULES)
                    ? ours.computeIfAbsent(topic, name -> grown(shipped.of(name, Rules.NEWEST)))
                    : shipped.of(topic, rules);
        }

        private static Schema grown(Schema envelope) {
            var more = new Schema.Field(
                    "release", Schema.create(Schema.Type.STRING), "Which release wrote it.", "the next one");
            List<Schema.Field> fields = Stream.concat(
                            envelope.getFields().stream().map(field -> new Schema.Field(field, field.schema())),
                            Stream.of(more))
                    .toList();
            return Schema.createRecord(envelope.getName(), envelope.getDoc(), envelope.getNamespace(), false, fields);
        }

        @Override
        public Rules newest() {
            return RULES;
        }

        @Override
        public int idOf(String topic, Schema schema) {
            return schema.getField("release") == null
                    ? shipped.idOf(topic, schema)
                    : Objects.requireNonNull(ids.get(topic));
        }

        @Override
        public Optional<Schema> schemaOf(int id) {
            return topics.containsKey(id) ? Optional.of(of(topics.get(id), RULES)) : shipped.schemaOf(id);
        }
    }
}
