package dev.baton.agent.core;

import dev.baton.contract.Incarnation;
import java.util.stream.Collectors;

/** Effects in a few words, for tables and expectations. */
final class Effects {
    private Effects() {}

    /** Empty: not worth telling, since it follows from what is told. */
    static String text(Effect effect) {
        return switch (effect) {
            case Effect.RememberEpochs(var refused) -> refused.isEmpty() ? "" : "remember refused " + refused.keySet();
            case Effect.ForgetLogs _ -> "forget logs";
            case Effect.ReadAnew _ -> "read anew";
            case Effect.Lapse _ -> "lapse";
            case Effect.StopHeartbeats _ -> "stop heartbeats";
            case Effect.Open _ -> "open";
            case Effect.TakeOver(var incarnation) -> "take over #" + incarnation;
            case Effect.Withdraw _ -> "withdraw";
            case Effect.ReadToPresentEnd _ -> "read to present end";
            case Effect.Apply(var incarnation) ->
                incarnation.equals(Incarnation.NONE) ? "apply nothing held" : "apply #" + incarnation;
            case Effect.BeginLease(var incarnation) -> "begin lease #" + incarnation;
            case Effect.Check _ -> "check";
            case Effect.Acknowledge(var acknowledgements) ->
                acknowledgements.stream()
                        .map(one -> one.outcome() + " of epoch " + one.epoch())
                        .collect(Collectors.joining(", ", "say ", ""));
            case Effect.Report(var report) -> "report " + report.datapath();
            case Effect.GoOn(var incarnation) -> "go on as #" + incarnation;
            case Effect.Announce(var incarnation) -> "announce #" + incarnation;
            case Effect.SayLeaving _ -> "say leaving";
            case Effect.ShowReady(boolean ready) -> ready ? "show ready" : "";
            case Effect.EndSession _ -> "end session";
        };
    }
}
