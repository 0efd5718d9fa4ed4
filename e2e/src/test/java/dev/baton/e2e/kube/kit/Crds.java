package dev.baton.e2e.kube.kit;

import java.nio.file.Path;

/** The definitions as they are shipped. */
public final class Crds {
    public static final Path FOLDER = Path.of(System.getProperty("baton.root"), "deploy", "crds");

    private Crds() {}

    /** Applies them, and waits until the API server serves all of them. */
    public static void install(Kubectl kubectl) {
        kubectl.run("apply", "-f", FOLDER.toString()).succeeded();
        kubectl.run("wait", "--for=condition=Established", "--timeout=60s", "-f", FOLDER.toString())
                .succeeded();
    }
}
