package dev.baton.contract.wire;

/**
 * A topic exists that cannot keep its log's promises. Changing it is the operator's decision, so we refuse to start.
 */
public final class UnsafeTopic extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final String topic;
    private final String setting;

    UnsafeTopic(String topic, String setting, String value, String required) {
        super("topic " + topic + " has " + setting + "=" + value + "; required is " + required);
        this.topic = topic;
        this.setting = setting;
    }

    public String topic() {
        return topic;
    }

    public String setting() {
        return setting;
    }
}
