package dev.baton.launcher.registry;

import com.microsoft.kiota.ApiException;
import dev.baton.contract.wire.SchemaIds;
import dev.baton.contract.wire.SchemasUnavailable;
import io.apicurio.registry.resolver.DefaultSchemaResolver;
import io.apicurio.registry.resolver.SchemaResolver;
import io.apicurio.registry.resolver.config.SchemaResolverConfig;
import io.apicurio.registry.resolver.strategy.ArtifactReference;
import io.apicurio.registry.serde.avro.AvroSchemaParser;
import io.apicurio.registry.serde.avro.DefaultAvroDatumProvider;
import io.apicurio.registry.serde.data.SerdeMetadata;
import io.apicurio.registry.serde.data.SerdeRecord;
import io.apicurio.registry.serde.strategy.TopicIdStrategy;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;

/**
 * Ids that a registry gave: its content ids, which are what Confluent-compatible readers find in the bytes. Artifacts are
 * named {@code <topic>-value}, as those readers' default has it.
 */
public final class RegistrySchemas implements SchemaIds, AutoCloseable {
    private static final int NOT_FOUND = 404;

    private final String url;
    private final SchemaResolver<Schema, Object> resolver = new DefaultSchemaResolver<>();

    /**
     * @param url of the registry's API, {@code .../apis/registry/v3}
     * @param register whether a schema that the registry does not know is added to it; else that is an error
     * @param more the client's own settings, as for credentials and TLS
     */
    public RegistrySchemas(String url, boolean register, Map<String, String> more) {
        this.url = url;
        Map<String, Object> settings = new HashMap<>(more);
        settings.put(SchemaResolverConfig.REGISTRY_URL, url);
        settings.put(SchemaResolverConfig.AUTO_REGISTER_ARTIFACT, register);
        // Its other HTTP layer is not on our class path.
        settings.put(SchemaResolverConfig.HTTP_ADAPTER, "JDK");
        settings.put(SchemaResolverConfig.ARTIFACT_RESOLVER_STRATEGY, TopicIdStrategy.class.getName());
        resolver.configure(settings, new AvroSchemaParser<>(new DefaultAvroDatumProvider<>()));
    }

    @Override
    public int idOf(String topic, Schema current) {
        // The client takes the schema from a record; it does not look at the record's values.
        var record = new SerdeRecord<Object>(new SerdeMetadata(topic, false), new GenericData.Record(current));
        try {
            return Math.toIntExact(resolver.resolveSchema(record).getContentId());
        } catch (RuntimeException e) {
            throw unavailable("gives no id for the schema of " + topic, e);
        }
    }

    @Override
    public Optional<Schema> schemaOf(int id) {
        try {
            var found = resolver.resolveSchemaByArtifactReference(ArtifactReference.fromContentId((long) id));
            return Optional.of(found.getParsedSchema().getParsedSchema());
        } catch (RuntimeException e) {
            if (isNotFound(e)) {
                return Optional.empty();
            }
            throw unavailable("does not give the schema of id " + id, e);
        }
    }

    @Override
    public void close() {
        try {
            resolver.close();
        } catch (IOException e) {
            throw new UncheckedIOException("the registry's client does not close", e);
        }
    }

    /** Only the registry's own "there is none" counts; anything else may be over in a minute. */
    private static boolean isNotFound(Throwable e) {
        for (var cause = Optional.of(e);
                cause.isPresent();
                cause = Optional.ofNullable(cause.get().getCause())) {
            if (cause.get() instanceof ApiException answer && answer.getResponseStatusCode() == NOT_FOUND) {
                return true;
            }
        }
        return false;
    }

    private SchemasUnavailable unavailable(String what, RuntimeException e) {
        return new SchemasUnavailable("registry " + url + " " + what + ": " + e.getMessage(), e);
    }
}
