package dev.baton.bridge.admission;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A key and its self-signed certificate, which the API server is told to trust. Created by the JDK's keytool: an EC
 * key on P-256 in a PKCS #12 file.
 *
 * @param store the file's bytes
 * @param password of the file; kept beside the file, in the same Secret
 * @param opened what the file contains; opening it costs tens of milliseconds of computing, on purpose
 */
record ServingKey(byte[] store, String password, KeyStore opened) {
    private static final String ALIAS = "webhook";
    private static final Duration VALID = Duration.ofDays(3650);
    private static final int KEYTOOL_LIMIT_S = 60;

    /** @param names the names by which the API server may call the server: {@code dns:...} and {@code ip:...} */
    static ServingKey make(List<String> names) throws IOException, GeneralSecurityException {
        byte[] secret = new byte[16];
        new SecureRandom().nextBytes(secret);
        String password = HexFormat.of().formatHex(secret);
        Path folder = Files.createTempDirectory("baton-webhook-");
        Path store = folder.resolve("key.p12");
        try {
            keytool(store, password, names);
            return read(Files.readAllBytes(store), password);
        } finally {
            Files.deleteIfExists(store);
            Files.delete(folder);
        }
    }

    private static void keytool(Path store, String password, List<String> names) throws IOException {
        var command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                ALIAS,
                "-keyalg",
                "EC",
                "-groupname",
                "secp256r1",
                "-dname",
                "CN=baton-webhook",
                "-ext",
                "san=" + String.join(",", names),
                "-ext",
                "eku=serverAuth",
                "-validity",
                Long.toString(VALID.toDays()),
                "-storetype",
                "PKCS12",
                "-keystore",
                store.toString(),
                "-storepass:env",
                "BATON_STORE_PASSWORD"));
        var builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("BATON_STORE_PASSWORD", password);
        Process process = builder.start();
        try {
            process.getOutputStream().close();
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (!process.waitFor(KEYTOOL_LIMIT_S, TimeUnit.SECONDS) || process.exitValue() != 0) {
                throw new IOException("keytool did not make a key for " + names + ": " + said.strip());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while keytool made a key", e);
        } finally {
            process.destroyForcibly();
        }
    }

    /** @throws IOException if this is no such file, or not its password */
    static ServingKey read(byte[] store, String password) throws IOException, GeneralSecurityException {
        KeyStore opened = KeyStore.getInstance("PKCS12");
        opened.load(new ByteArrayInputStream(store), password.toCharArray());
        return new ServingKey(store, password, opened);
    }

    X509Certificate certificate() throws IOException, GeneralSecurityException {
        if (opened.getCertificate(ALIAS) instanceof X509Certificate certificate) {
            return certificate;
        }
        throw new IOException("the key store has no certificate \"" + ALIAS + "\"");
    }

    /** Each of the names, as {@code dns:} and {@code ip:}, that the certificate bears. */
    List<String> names() throws IOException, GeneralSecurityException {
        var names = new ArrayList<String>();
        var alternatives = certificate().getSubjectAlternativeNames();
        if (alternatives != null) {
            alternatives.forEach(entry -> names.add((entry.getFirst().equals(7) ? "ip:" : "dns:") + entry.getLast()));
        }
        return names;
    }

    /** Whether only a third of its validity is left: enough time for every replica to take over a new one. */
    boolean isDue(Instant now) throws IOException, GeneralSecurityException {
        return certificate().getNotAfter().toInstant().isBefore(now.plus(VALID.dividedBy(3)));
    }

    /** The certificate in PEM, as the API server's fields want it. */
    String pem() throws IOException, GeneralSecurityException {
        String body = Base64.getMimeEncoder(64, new byte[] {'\n'})
                .encodeToString(certificate().getEncoded());
        return "-----BEGIN CERTIFICATE-----\n" + body + "\n-----END CERTIFICATE-----\n";
    }
}
