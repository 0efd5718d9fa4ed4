package dev.baton.contract.wire;

import dev.baton.contract.Topics;
import dev.baton.contract.wire.avro.AlertsEnvelope;
import dev.baton.contract.wire.avro.AssignmentsEnvelope;
import dev.baton.contract.wire.avro.DecisionsEnvelope;
import dev.baton.contract.wire.avro.DeclarationsEnvelope;
import dev.baton.contract.wire.avro.EndpointsEnvelope;
import dev.baton.contract.wire.avro.ExcerptsEnvelope;
import dev.baton.contract.wire.avro.FleetEnvelope;
import dev.baton.contract.wire.avro.HeartbeatsEnvelope;
import dev.baton.contract.wire.avro.PoliciesEnvelope;
import dev.baton.contract.wire.avro.SnapshotsEnvelope;
import dev.baton.contract.wire.avro.TunnelsEnvelope;
import dev.baton.contract.wire.avro.mesh.HealthEnvelope;
import dev.baton.contract.wire.avro.mesh.MeshDecisionsEnvelope;
import dev.baton.contract.wire.avro.mesh.MeshDeclarationsEnvelope;
import dev.baton.contract.wire.avro.mesh.MeshEnvelope;
import dev.baton.contract.wire.avro.mesh.MeshSnapshotsEnvelope;
import dev.baton.contract.wire.avro.mesh.RoutesEnvelope;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.avro.Schema;
import org.apache.avro.generic.IndexedRecord;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.util.ClassSecurityValidator;

/**
 * The envelope of every record of a topic: one union of payloads, and room for what belongs to a record as a whole.
 *
 * @param schema the current one, with which this version writes and into which it reads
 */
record Envelope(Schema schema, Class<?> wireClass, int payloadPosition, UnionShape payload) {
    private static final String PAYLOAD = "payload";

    /** Avro makes objects of classes that are trusted only; ours are added here, so no system property is needed. */
    static {
        var ours = HeartbeatsEnvelope.class.getPackageName();
        var ofMeshes = MeshEnvelope.class.getPackageName();
        ClassSecurityValidator.setGlobal(ClassSecurityValidator.composite(
                ClassSecurityValidator.getGlobal(),
                type -> type.getPackageName().equals(ours)
                        || type.getPackageName().equals(ofMeshes)));
    }

    private static final Map<String, Schema> SCHEMAS = Map.ofEntries(
            Map.entry(Topics.HEARTBEATS.name(), HeartbeatsEnvelope.getClassSchema()),
            Map.entry(Topics.DECLARATIONS.name(), DeclarationsEnvelope.getClassSchema()),
            Map.entry(Topics.FLEET.name(), FleetEnvelope.getClassSchema()),
            Map.entry(Topics.DECISIONS.name(), DecisionsEnvelope.getClassSchema()),
            Map.entry(Topics.TUNNELS.name(), TunnelsEnvelope.getClassSchema()),
            Map.entry(Topics.ASSIGNMENTS.name(), AssignmentsEnvelope.getClassSchema()),
            Map.entry(Topics.POLICIES.name(), PoliciesEnvelope.getClassSchema()),
            Map.entry(Topics.ENDPOINTS.name(), EndpointsEnvelope.getClassSchema()),
            Map.entry(Topics.SNAPSHOTS.name(), SnapshotsEnvelope.getClassSchema()),
            Map.entry(Topics.EXCERPTS.name(), ExcerptsEnvelope.getClassSchema()),
            Map.entry(Topics.ALERTS.name(), AlertsEnvelope.getClassSchema()),
            Map.entry(Topics.HEALTH.name(), HealthEnvelope.getClassSchema()),
            Map.entry(Topics.MESH_DECLARATIONS.name(), MeshDeclarationsEnvelope.getClassSchema()),
            Map.entry(Topics.MESH.name(), MeshEnvelope.getClassSchema()),
            Map.entry(Topics.MESH_DECISIONS.name(), MeshDecisionsEnvelope.getClassSchema()),
            Map.entry(Topics.ROUTES.name(), RoutesEnvelope.getClassSchema()),
            Map.entry(Topics.MESH_SNAPSHOTS.name(), MeshSnapshotsEnvelope.getClassSchema()));

    /** All of them when the class loads: a contract that does not fit its schemas is found before the first record. */
    private static final Map<String, Envelope> ALL = Logs.ALL.stream()
            .collect(Collectors.toUnmodifiableMap(log -> log.topic().name(), Envelope::built));

    static Envelope of(Log<?> log) {
        Envelope envelope = ALL.get(log.topic().name());
        if (envelope == null) {
            throw new IllegalArgumentException(log + " is not one of " + Logs.ALL);
        }
        return envelope;
    }

    private static Envelope built(Log<?> log) {
        Schema schema = SCHEMAS.get(log.topic().name());
        if (schema == null || schema.getField(PAYLOAD) == null) {
            throw new IllegalStateException(log + " has no envelope schema");
        }
        var payload = schema.getField(PAYLOAD);
        return new Envelope(
                schema,
                SpecificData.get().getClass(schema),
                payload.pos(),
                UnionShape.of(log.type(), payload.schema()));
    }

    IndexedRecord wrap(Object value) {
        var record = (IndexedRecord) SpecificData.newInstance(wireClass, schema);
        record.put(payloadPosition, payload.toWire(value));
        return record;
    }

    Object unwrap(IndexedRecord record) {
        return payload.fromWire(record.get(payloadPosition));
    }

    /** The schema as others see it: without the remark that makes Java's reader return strings. */
    Schema published() {
        return new Schema.Parser()
                .parse(schema.toString()
                        .replace("{\"type\":\"string\",\"avro.java.string\":\"String\"}", "\"string\"")
                        .replace(",\"avro.java.string\":\"String\"", ""));
    }
}
