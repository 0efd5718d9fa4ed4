package dev.baton.xds;

import dev.baton.xds.stream.Answer;

/** What becomes of what clients are told. Called by the server's one thread, which must not be held up. */
public interface Answers {
    void seen(Client client);

    /** Its stream ended. Another one of the same client may be there already. */
    void gone(Client client);

    /** It uses, or refuses, these versions. A refused one is not sent again. */
    void answered(Client client, Answer answer);
}
