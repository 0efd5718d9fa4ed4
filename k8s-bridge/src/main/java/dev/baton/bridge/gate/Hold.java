package dev.baton.bridge.gate;

/** Why nothing may be written. */
public enum Hold {
    /** The operator has set it so. */
    OBSERVE_MODE("the mode is observe"),
    /** Nobody knows yet, or no longer, whether another controller writes the same objects. */
    NOT_KNOWN_YET("it is not known whether EgressGateway's controller runs"),
    /** Two controllers that write the same statuses undo each other's writes for ever. */
    CONTROLLER_ALIVE("EgressGateway's controller runs");

    private final String text;

    Hold(String text) {
        this.text = text;
    }

    public String text() {
        return text;
    }
}
