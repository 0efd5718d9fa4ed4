package dev.baton.launcher.mesh;

import dev.baton.contract.mesh.Locality;
import dev.baton.contract.mesh.ObserverId;
import dev.baton.launcher.Connection;
import dev.baton.launcher.MeshName;
import dev.baton.launcher.Metrics;
import dev.baton.launcher.Origins;
import java.io.IOException;
import java.security.SecureRandom;
import java.security.Security;
import java.util.HexFormat;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Runs a prober. */
@Command(
        name = "prober",
        mixinStandardHelpOptions = true,
        defaultValueProvider = Origins.class,
        description = {
            "Asks the endpoints of all destinations how they are, and reports it. Run at least one in each region:"
                    + " what",
            "fails from one region only is ejected for that region only."
        },
        footerHeading = "%nExample:%n",
        footer = "  baton prober --bootstrap kafka-0:9092 --region region-1")
public final class ProberCommand implements Callable<Integer> {
    private static final SecureRandom DRAWS = new SecureRandom();
    private static final int NAME_BYTES = 4;

    private static final String NAMES_KEPT_S = "5";

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Mixin
    private final Connection connection = new Connection();

    @Mixin
    private final MeshName mesh = new MeshName();

    @Option(
            names = "--name",
            paramLabel = "NAME",
            defaultValue = "prober",
            description = "In reports, with some letters behind it that are new with each start"
                    + " (default: ${DEFAULT-VALUE}).")
    private String name = "prober";

    @Option(names = "--region", paramLabel = "NAME", description = "Where it runs.")
    private String region = "";

    @Option(names = "--zone", paramLabel = "NAME", description = "The same, more exactly.")
    private String zone = "";

    @Mixin
    private final Metrics metrics = new Metrics();

    @Override
    public Integer call() throws IOException, InterruptedException {
        Origins.print(spec, spec.commandLine().getOut());
        Security.setProperty("networkaddress.cache.ttl", NAMES_KEPT_S); // the JDK keeps them for 30 s
        var from = new Locality(region, zone);
        byte[] letters = new byte[NAME_BYTES];
        DRAWS.nextBytes(letters);
        var observer = new ObserverId(name + "-" + HexFormat.of().formatHex(letters));
        ProberService prober = ProberService.start(
                connection.clientOfAService(), connection.codec(), mesh.mesh(), observer, from, DRAWS.nextLong());
        Runtime.getRuntime().addShutdownHook(new Thread(prober::close, "prober-close"));
        metrics.serve(prober.counters());
        spec.commandLine().getOut().println("prober " + observer + " started");
        spec.commandLine().getOut().flush();
        new CountDownLatch(1).await();
        return 0;
    }
}
