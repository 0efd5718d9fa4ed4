package dev.baton.e2e.kube.kit;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import java.nio.file.Path;

/** A service account of the manifests, with exactly its own rights. */
public final class Account {
    /** The namespace of the manifests. */
    public static final String NAMESPACE = "baton";

    private static final Path FOLDER = Path.of(System.getProperty("baton.root"), "deploy", "kubernetes");

    private Account() {}

    /** Installs accounts, roles and bindings. */
    public static void install(Kubectl kubectl) {
        for (String file : new String[] {"00-namespace.yaml", "rbac.yaml", "cleanup/cleanup.yaml"}) {
            kubectl.run("apply", "--validate=strict", "-f", FOLDER.resolve(file).toString())
                    .succeeded();
        }
    }

    /** How a client reaches the API server as this account. */
    public static Config config(KubeApi api, String account) {
        String token = api.kubectl()
                .run("create", "token", account, "--namespace=" + NAMESPACE)
                .succeeded()
                .out()
                .strip();
        Config admin = Config.fromKubeconfig(api.kubeconfig().toFile());
        return new ConfigBuilder(Config.empty())
                .withMasterUrl(admin.getMasterUrl())
                .withCaCertData(admin.getCaCertData())
                .withOauthToken(token)
                .build();
    }
}
