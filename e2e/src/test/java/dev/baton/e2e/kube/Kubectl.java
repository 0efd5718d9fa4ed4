package dev.baton.e2e.kube;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The real kubectl, with the arguments that users type. */
public final class Kubectl {
    private final Path kubeconfig;
    private final Path home;
    private final List<String> always;

    private Kubectl(Path kubeconfig, Path home, List<String> always) {
        this.kubeconfig = kubeconfig;
        this.home = home;
        this.always = List.copyOf(always);
    }

    /**
     * @param home where it keeps what it discovered, so that no other API server's discovery is taken for this one's
     */
    public static Kubectl with(Path kubeconfig, Path home) {
        return new Kubectl(kubeconfig, home, List.of());
    }

    /** The same for another user, by impersonation. */
    public Kubectl as(String user) {
        return new Kubectl(kubeconfig, home, List.of("--as=" + user));
    }

    public Said run(String... arguments) {
        return run("", Said.LIMIT, arguments);
    }

    /** As {@code kubectl apply -f -} with this on its standard input. */
    public Said apply(String manifest, String... arguments) {
        var all = new ArrayList<>(List.of("apply", "-f", "-"));
        all.addAll(List.of(arguments));
        return run(manifest, Said.LIMIT, all.toArray(new String[0]));
    }

    public Said run(String input, Duration limit, String... arguments) {
        return Said.by(command(arguments), input, limit);
    }

    /** For what does not end by itself, as {@code get --watch}. */
    public ProcessBuilder command(String... arguments) {
        var command = new ArrayList<>(List.of(KubeAssets.kubectl().toString(), "--kubeconfig=" + kubeconfig));
        command.addAll(always);
        command.addAll(List.of(arguments));
        var builder = new ProcessBuilder(command);
        builder.environment().put("HOME", home.toString());
        builder.environment().put("KUBECACHEDIR", home.resolve("cache").toString());
        builder.environment().remove("KUBECONFIG");
        return builder;
    }
}
