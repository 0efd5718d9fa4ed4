package dev.baton.e2e.kube;

import java.nio.file.Path;

/** The definitions as they are shipped. */
final class Crds {
    static final Path FOLDER = Path.of(System.getProperty("baton.root"), "deploy", "crds");

    private Crds() {}

    /** Applies them, and waits until the API server serves all of them. */
    static void install(Kubectl kubectl) {
        kubectl.run("apply", "-f", FOLDER.toString()).succeeded();
        kubectl.run("wait", "--for=condition=Established", "--timeout=60s", "-f", FOLDER.toString())
                .succeeded();
    }
}
