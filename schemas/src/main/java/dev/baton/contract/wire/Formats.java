package dev.baton.contract.wire;

import dev.baton.contract.Rules;
import org.apache.avro.Schema;

/** In which schema the records of a topic are written while a version of the rules is in force. */
public interface Formats {
    /** The schema that every release reads which knows these rules. */
    Schema of(String topic, Rules rules);

    /** The newest rules that are known. */
    Rules newest();
}
