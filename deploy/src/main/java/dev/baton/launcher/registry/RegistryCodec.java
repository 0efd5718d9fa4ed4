package dev.baton.launcher.registry;

import dev.baton.contract.wire.BundledSchemas;
import dev.baton.contract.wire.SchemasUnavailable;
import dev.baton.contract.wire.WireCodec;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Map;

/**
 * A codec with a registry's ids. It is created only if the registry knows every schema that this version may write
 * with; afterwards the registry is asked only for schemas that other versions wrote with.
 */
public final class RegistryCodec {
    private static final Duration ANSWER_LIMIT = Duration.ofSeconds(5);
    private static final int OK = 200;

    private RegistryCodec() {}

    /**
     * Lives as long as the process.
     *
     * @param register whether schemas that the registry does not know are added to it; else that is an error
     * @throws IllegalStateException in one line, if the registry does not answer or its client's classes are missing
     */
    public static WireCodec of(RegistryUrl url, boolean register) {
        try {
            var schemas = new RegistrySchemas(url.toString(), register, Map.of());
            reach(url);
            return new WireCodec(schemas, new BundledSchemas()).prepared();
        } catch (LinkageError e) {
            throw new IllegalStateException(
                    "--registry " + url + " needs the registry's client, which is not on this class path: "
                            + e.getMessage(),
                    e);
        } catch (SchemasUnavailable e) {
            throw new IllegalStateException("--registry: " + e.getMessage(), e);
        }
    }

    /**
     * Connects to the registry first: its client would wait for long, and then fail with a message that does not
     * help.
     */
    private static void reach(RegistryUrl url) {
        var question = HttpRequest.newBuilder(URI.create(url + "/system/info"))
                .timeout(ANSWER_LIMIT)
                .build();
        try (var http = HttpClient.newBuilder().connectTimeout(ANSWER_LIMIT).build()) {
            int status = http.send(question, BodyHandlers.discarding()).statusCode();
            if (status != OK) {
                throw new IllegalStateException(none(url, "status " + status));
            }
        } catch (IOException e) {
            throw new IllegalStateException(none(url, reason(e)), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(none(url, "interrupted"), e);
        }
    }

    private static String reason(IOException failure) {
        String message = failure.getMessage();
        return message == null || message.isBlank() ? failure.getClass().getSimpleName() : message;
    }

    private static String none(RegistryUrl url, String why) {
        return "no registry answers at --registry " + url + ": " + why
                + "; expected is the API of an Apicurio registry, " + RegistryUrl.FORM;
    }
}
