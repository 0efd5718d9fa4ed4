package dev.baton.e2e.envoy;

import dev.baton.contract.mesh.Route.Use;
import dev.baton.e2e.Eventually;
import dev.baton.xds.render.Exposed;
import dev.baton.xds.resource.Resources;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.stream.IntStream;

/** From a new view to the first answer of the other backend, through a real Envoy. Arguments: destinations, pushes. */
final class XdsBench {
    private static final String HOST = "shop.example";
    private static final int WARM_UP = 10;

    private XdsBench() {}

    public static void main(String[] args) throws IOException {
        int destinations = args.length > 0 ? Integer.parseInt(args[0]) : 1;
        int pushes = args.length > 1 ? Integer.parseInt(args[1]) : 200;
        Path folder = Files.createTempDirectory("xds-bench");
        try (var active = new Backend("active");
                var passive = new Backend("passive");
                var control = new Control(0, view(destinations, 0, active, passive));
                var envoy = new Envoy(folder, control.port())) {
            int port = envoy.port();
            Eventually.holds(
                    Eventually.LONG, "an answer", () -> Reply.to(port, HOST).isFrom("active"));
            double[] took = IntStream.rangeClosed(1, WARM_UP + pushes)
                    .mapToDouble(push -> push(control, port, push, view(destinations, push, active, passive)))
                    .skip(WARM_UP)
                    .sorted()
                    .toArray();
            IO.println("destinations=" + destinations + " pushes=" + pushes + " p50_ms=" + at(took, 0.5) + " p99_ms="
                    + at(took, 0.99) + " max_ms=" + at(took, 1));
        } finally {
            for (String file : new String[] {"bootstrap.json", "admin", "envoy.log"}) {
                Files.deleteIfExists(folder.resolve(file));
            }
            Files.delete(folder);
        }
    }

    /** The first destination changes with every push, the others never do. */
    private static Resources view(int destinations, int push, Backend active, Backend passive) {
        var exposed = new ArrayList<Exposed>();
        Use use = push % 2 == 0 ? Use.USABLE : Use.UNUSABLE;
        exposed.add(TestRoutes.levels(HOST, push + 1, active.address(), use, passive.address()));
        for (int other = 1; other < destinations; other++) {
            exposed.add(TestRoutes.levels(
                    "other" + other + ".example", 1, active.address(), Use.USABLE, passive.address()));
        }
        return Control.view(exposed.toArray(new Exposed[0]));
    }

    private static double push(Control control, int port, int push, Resources view) {
        String expected = push % 2 == 0 ? "active" : "passive";
        long start = System.nanoTime();
        control.show(view);
        while (!Reply.to(port, HOST).isFrom(expected)) {
            if (System.nanoTime() - start > Eventually.LONG.toNanos()) {
                throw new IllegalStateException("push " + push + ": no answer of " + expected);
            }
        }
        return (System.nanoTime() - start) / 1e6;
    }

    private static String at(double[] sorted, double share) {
        int index = (int) Math.ceil(share * sorted.length) - 1;
        return "%.1f".formatted(sorted[Math.max(0, index)]);
    }
}
