package dev.baton.e2e.kube.kit;

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
     * @param home where kubectl caches what it discovers of this API server, apart from that of others
     */
    public static Kubectl with(Path kubeconfig, Path home) {
        return new Kubectl(kubeconfig, home, List.of());
    }

    /** The same for another user, by impersonation. */
    public Kubectl as(String user) {
        return new Kubectl(kubeconfig, home, List.of("--as=" + user));
    }

    public CommandResult run(String... arguments) {
        return run("", CommandResult.LIMIT, arguments);
    }

    /** As {@code kubectl apply -f -} with this on its standard input. */
    public CommandResult apply(String manifest, String... arguments) {
        var all = new ArrayList<>(List.of("apply", "-f", "-"));
        all.addAll(List.of(arguments));
        return run(manifest, CommandResult.LIMIT, all.toArray(new String[0]));
    }

    public CommandResult run(String input, Duration limit, String... arguments) {
        return CommandResult.by(command(arguments), input, limit);
    }

    /** For commands that do not end by themselves, such as {@code get --watch}. */
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
