package dev.baton.e2e;

import dev.baton.launcher.broker.BrokerOptions;
import dev.baton.launcher.broker.EmbeddedBroker;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import org.testcontainers.kafka.KafkaContainer;
import org.testcontainers.utility.DockerImageName;

/**
 * Kafka for all tests of this JVM: a container where a Docker engine runs, else Kafka's own server in this process.
 * Which one it was is said once. Started by the first that asks, ended with the JVM.
 */
public final class TestBroker {
    private static final String IMAGE = "apache/kafka:4.3.1";
    private static final String SOCKET = "unix://";
    private static final String DEFAULT_SOCKET = "/var/run/docker.sock";

    private TestBroker() {}

    public static String bootstrap() {
        return Started.BOOTSTRAP;
    }

    private static final class Started {
        static final String BOOTSTRAP = start();
    }

    private static String start() {
        if (hasDocker()) {
            System.out.println("tests with a broker: container " + IMAGE);
            return container();
        }
        System.out.println("tests with a broker: embedded, no Docker engine answers here");
        EmbeddedBroker broker = EmbeddedBroker.start(BrokerOptions.DEFAULT);
        Runtime.getRuntime().addShutdownHook(new Thread(broker::close, "test-broker-close"));
        return broker.bootstrap();
    }

    /** The settings that failover in seconds needs; the rest is the image's own. Ended by Testcontainers. */
    @SuppressWarnings("resource")
    private static String container() {
        var container = new KafkaContainer(DockerImageName.parse(IMAGE))
                .withEnv("KAFKA_AUTO_CREATE_TOPICS_ENABLE", "false")
                .withEnv("KAFKA_GROUP_MIN_SESSION_TIMEOUT_MS", "500")
                .withEnv("KAFKA_GROUP_INITIAL_REBALANCE_DELAY_MS", "0");
        container.start();
        return container.getBootstrapServers();
    }

    /** Testcontainers' own look takes seconds and tells a page of errors when there is none. */
    private static boolean hasDocker() {
        String host = System.getenv().getOrDefault("DOCKER_HOST", SOCKET + DEFAULT_SOCKET);
        if (!host.startsWith(SOCKET)) {
            return true; // somebody set it on purpose: then its failure should be seen
        }
        var address = UnixDomainSocketAddress.of(Path.of(host.substring(SOCKET.length())));
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            return channel.connect(address);
        } catch (IOException e) {
            return false;
        }
    }
}
