package dev.baton.bridge.api;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Names that all kinds share, and absent fields as Go reads them. */
public final class EgressApi {
    public static final String GROUP = "egressgateway.spidernet.io";
    public static final String VERSION = "v1beta1";
    public static final String API_VERSION = GROUP + "/" + VERSION;
    /** On a slice: the name of its policy. */
    public static final String POLICY_LABEL = "spidernet.io/policy-name";
    /** On a namespace: the gateway of its policies that name none. */
    public static final String DEFAULT_GATEWAY_LABEL = "spidernet.io/egressgateway-default";

    /** On a gateway: keeps the gateway until no policy uses it and the coordinator has removed it. */
    public static final String GATEWAY_FINALIZER = "egressgateway.spidernet.io/egressgateway";
    /** On a node: it is to be emptied by planned moves, as if it were cordoned, unless the value is {@code false}. */
    public static final String DRAIN_ANNOTATION = GROUP + "/drain";

    private EgressApi() {}

    static String orEmpty(@Nullable String text) {
        return text == null ? "" : text;
    }

    static <T> List<T> orEmpty(@Nullable List<T> items) {
        return items == null ? List.of() : List.copyOf(items);
    }

    static <K, V> Map<K, V> orEmpty(@Nullable Map<K, V> entries) {
        return entries == null ? Map.of() : Map.copyOf(entries);
    }

    static <T> T or(@Nullable T value, T absent) {
        return value == null ? absent : value;
    }
}
