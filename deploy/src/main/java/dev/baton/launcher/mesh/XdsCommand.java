package dev.baton.launcher.mesh;

import dev.baton.launcher.Connection;
import dev.baton.launcher.MeshName;
import dev.baton.launcher.Metrics;
import dev.baton.launcher.Origins;
import dev.baton.xds.render.Bind;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.security.Security;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** Runs an xDS server. */
@Command(
        name = "xds",
        mixinStandardHelpOptions = true,
        defaultValueProvider = Origins.class,
        description = {
            "Gives Envoys and gRPC clients the routes of a mesh (ADS, over plain text). Reads the log only: start two",
            "anywhere; a coordinator need not run. A proxy says by its node's locality where it is."
        },
        footerHeading = "%nExample:%n",
        footer = "  baton xds --bootstrap kafka-0:9092 --listen 127.0.0.1:18000 --proxies 0.0.0.0:8080")
public final class XdsCommand implements Callable<Integer> {
    private static final String NAMES_KEPT_S = "5";

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Mixin
    private final Connection connection = new Connection();

    @Mixin
    private final MeshName mesh = new MeshName();

    @Option(
            names = "--listen",
            paramLabel = "ADDRESS",
            defaultValue = "127.0.0.1:18000",
            converter = SocketWords.class,
            description = "Where proxies take their routes from, host:port (default: ${DEFAULT-VALUE}).")
    private InetSocketAddress listen = new InetSocketAddress("127.0.0.1", 18_000);

    @Option(
            names = "--proxies",
            paramLabel = "ADDRESS",
            defaultValue = "0.0.0.0:8080",
            converter = SocketWords.class,
            description = "Where each Envoy accepts requests, address:port (default: ${DEFAULT-VALUE}).")
    private InetSocketAddress proxies = new InetSocketAddress("0.0.0.0", 8_080);

    @Mixin
    private final Metrics metrics = new Metrics();

    @Override
    public Integer call() throws IOException, InterruptedException {
        Origins.print(spec, spec.commandLine().getOut());
        Security.setProperty("networkaddress.cache.ttl", NAMES_KEPT_S); // the JDK keeps them for 30 s
        var bind = new Bind(proxies.getHostString(), proxies.getPort());
        XdsService xds = XdsService.start(connection.clientOfAService(), connection.codec(), mesh.mesh(), listen, bind);
        Runtime.getRuntime().addShutdownHook(new Thread(xds::close, "xds-close"));
        metrics.serve(xds.counters());
        spec.commandLine()
                .getOut()
                .println("xds server started, port " + xds.opened().join());
        spec.commandLine().getOut().flush();
        new CountDownLatch(1).await();
        return 0;
    }

    /** {@code host:port}. */
    static final class SocketWords implements ITypeConverter<InetSocketAddress> {
        private static final int LAST_PORT = 65_535;

        @Override
        public InetSocketAddress convert(String text) {
            int colon = text.lastIndexOf(':');
            String host = text.substring(0, Math.max(colon, 0)).replaceAll("^\\[|]$", "");
            String port = text.substring(colon + 1);
            if (host.isEmpty() || !port.matches("[0-9]{1,5}") || Integer.parseInt(port) > LAST_PORT) {
                throw new TypeConversionException("\"" + text + "\" is not allowed; allowed is host:port");
            }
            return new InetSocketAddress(host, Integer.parseInt(port));
        }
    }
}
