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
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;

/**
 * Schema ids from a registry: its content ids, which are what Confluent-compatible readers find in the bytes.
 * Artifacts are
 * named {@code <topic>-value}, as those readers' default has it. The meaning of an id never changes, so each answer
 * is cached: a process that knows its own ids reads the records of the same version without asking again.
 */
public final class RegistrySchemas implements SchemaIds, AutoCloseable {
    private static final int NOT_FOUND = 404;
    /** The client has no exception type for a schema that does not exist; it has this message. */
    private static final String NO_SUCH_SCHEMA = "Could not resolve artifact reference by content";
    /** This class prints the schemas that it looks for. The reference keeps the logger, and so its level. */
    private static final Logger CHATTER = Logger.getLogger(DefaultSchemaResolver.class.getSimpleName());

    /** The first request also loads the client's classes, and adding a schema also checks it. */
    private static final Duration ID_LIMIT = Duration.ofSeconds(20);
    /** An agent asks on its work thread, which must not hang; the client itself would wait for ever. */
    private static final Duration SCHEMA_LIMIT = Duration.ofSeconds(1);

    static {
        CHATTER.setLevel(Level.WARNING);
    }

    private final String url;
    private final SchemaResolver<Schema, Object> resolver = new DefaultSchemaResolver<>();
    private final Map<Integer, Schema> known = new ConcurrentHashMap<>();

    /**
     * @param url of the registry's API, {@code .../apis/registry/v3}
     * @param register whether a schema that the registry does not know is added to it; else that is an error
     * @param more the client's own settings, for example credentials and TLS
     */
    public RegistrySchemas(String url, boolean register, Map<String, String> more) {
        this.url = url;
        Map<String, Object> settings = new HashMap<>(more);
        settings.put(SchemaResolverConfig.REGISTRY_URL, url);
        settings.put(SchemaResolverConfig.AUTO_REGISTER_ARTIFACT, register);
        // Whole, as the jar has them: in parts they would be dozens of artifacts, and not be found by their content.
        settings.put(SchemaResolverConfig.DEREFERENCE_SCHEMA, true);
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
            int id = Math.toIntExact(
                    ask(ID_LIMIT, () -> resolver.resolveSchema(record).getContentId()));
            known.put(id, current);
            return id;
        } catch (ExecutionException e) {
            if (String.valueOf(e.getMessage()).contains(NO_SUCH_SCHEMA)) {
                throw new SchemasUnavailable(
                        "registry " + url + " does not have the schema with which this version writes " + topic
                                + "; a coordinator of this version adds it when it starts with this registry",
                        e);
            }
            throw unavailable("gives no id for the schema of " + topic, e);
        }
    }

    @Override
    public Optional<Schema> schemaOf(int id) {
        Schema before = known.get(id);
        if (before != null) {
            return Optional.of(before);
        }
        try {
            var reference = ArtifactReference.fromContentId((long) id);
            Schema found = ask(
                    SCHEMA_LIMIT,
                    () -> resolver.resolveSchemaByArtifactReference(reference)
                            .getParsedSchema()
                            .getParsedSchema());
            known.put(id, found);
            return Optional.of(found);
        } catch (ExecutionException e) {
            if (isNotFound(e)) {
                return Optional.empty();
            }
            throw unavailable("does not give the schema of id " + id, e);
        }
    }

    /** Runs the request on a thread that may outlive the time limit. */
    private <T> T ask(Duration limit, Callable<T> question) throws ExecutionException {
        var answer = new FutureTask<>(question);
        Thread asking = Thread.ofVirtual().name("registry-question").start(answer);
        try {
            return answer.get(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            throw new SchemasUnavailable("registry " + url + " gives no answer within " + limit.toMillis() + "ms", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new SchemasUnavailable("registry " + url + ": interrupted", e);
        } finally {
            asking.interrupt();
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

    /** Only the registry's own answer that there is no such schema counts; any other failure may be temporary. */
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

    private SchemasUnavailable unavailable(String what, ExecutionException e) {
        Throwable cause = Optional.ofNullable(e.getCause()).orElse(e);
        return new SchemasUnavailable("registry " + url + " " + what + ": " + cause.getMessage(), cause);
    }
}
