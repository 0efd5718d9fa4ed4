package dev.baton.prober;

import dev.baton.contract.mesh.Probe;
import dev.baton.prober.Outcome.Failed;
import dev.baton.prober.Outcome.Passed;
import dev.baton.prober.Outcome.Reason;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http2.Http2Headers;

/** The answer to a GET: its status is all that counts. */
final class GetAnswer implements Http2Answer {
    private final Probe.Http question;
    private Outcome outcome = Failures.malformed("an answer without a status");

    GetAnswer(Probe.Http question) {
        this.question = question;
    }

    @Override
    public void headers(Http2Headers headers) {
        CharSequence status = headers.status();
        if (status != null) {
            outcome = outcome(status.toString());
        }
    }

    private Outcome outcome(String status) {
        try {
            return question.isGood(Integer.parseInt(status))
                    ? new Passed()
                    : new Failed(Reason.BAD_STATUS, "status " + status);
        } catch (NumberFormatException e) {
            return Failures.malformed("status " + status);
        }
    }

    @Override
    public void data(ByteBuf data) {}

    @Override
    public Outcome end() {
        return outcome;
    }
}
