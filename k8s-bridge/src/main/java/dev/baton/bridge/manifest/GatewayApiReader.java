package dev.baton.bridge.manifest;

import java.util.List;

/** Reads Gateway API's Gateway. Its listeners are the proxies' own; here it only says that there are proxies. */
final class GatewayApiReader {
    private GatewayApiReader() {}

    static void check(Document document) {
        Fields spec = document.root()
                .only("apiVersion", "kind", "metadata", "spec", "status")
                .requiredObject("spec")
                .only(
                        "gatewayClassName",
                        "listeners",
                        "addresses",
                        "infrastructure",
                        "allowedListeners",
                        "backendTLS",
                        "tls",
                        "defaultScope");
        spec.requiredText("gatewayClassName");
        List<Fields> listeners = spec.objects("listeners");
        if (listeners.isEmpty()) {
            throw spec.bad("listeners", "missing; at least one is wanted");
        }
        for (Fields listener : listeners) {
            listener.only("name", "hostname", "port", "protocol", "tls", "allowedRoutes");
            listener.requiredText("name");
            listener.requiredText("protocol");
            MemberReader.port(listener);
        }
    }
}
