package dev.baton.contract;

/** Phases of a tunnel, by the names that {@code kubectl get egt} prints. */
public enum TunnelPhase {
    /** Node known, nothing allocated. */
    PENDING("Pending"),
    /** Allocated; no heartbeat yet says that its datapath works. */
    INIT("Init"),
    /** Heartbeats say that the datapath is broken. */
    FAILED("Failed"),
    /** Heartbeats say that the datapath works. */
    READY("Ready"),
    /** Silent for longer than the eviction timeout. */
    HEARTBEAT_TIMEOUT("HeartbeatTimeout"),
    /** Silent, and Kubernetes says that the node is not ready. */
    NODE_NOT_READY("NodeNotReady");

    private final String text;

    TunnelPhase(String text) {
        this.text = text;
    }

    /** The name in CRDs and tables. */
    public String text() {
        return text;
    }
}
