package dev.baton.launcher.broker;

import java.util.Map;
import org.apache.kafka.clients.admin.Admin;

/** One broker for all tests of a JVM, started by the first that asks and closed when the JVM ends. */
public final class SharedBroker {
    private static final class Started {
        static final EmbeddedBroker BROKER = EmbeddedBroker.start(BrokerOptions.DEFAULT);

        static {
            Runtime.getRuntime().addShutdownHook(new Thread(BROKER::close));
        }
    }

    private SharedBroker() {}

    public static String bootstrap() {
        return Started.BROKER.bootstrap();
    }

    public static Admin admin() {
        return Admin.create(Map.of("bootstrap.servers", bootstrap()));
    }
}
