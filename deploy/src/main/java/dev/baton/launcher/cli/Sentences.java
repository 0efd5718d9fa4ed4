package dev.baton.launcher.cli;

import dev.baton.contract.Assignment;
import dev.baton.contract.Decision;
import dev.baton.contract.Holder;
import java.util.Optional;

/** Decisions as short sentences for a person who watches. */
public final class Sentences {
    private Sentences() {}

    public static String of(Decision decision) {
        return switch (decision) {
            case Decision.DeclarationAccepted d -> "declaration " + d.origin() + " accepted";
            case Decision.DeclarationRefused d -> "refused " + d.subject() + ": " + d.reason() + ": " + d.detail();
            case Decision.TunnelAllocated d ->
                d.node() + " gets tunnel " + d.ipv4() + " " + d.ipv6() + " mark " + d.mark();
            case Decision.TunnelReleased d -> d.node() + " gives its tunnel back";
            case Decision.TunnelPhaseDecided d ->
                d.node() + "#" + d.incarnation() + " is " + d.phase().text() + " (" + d.reason()
                        + (d.silence().isZero()
                                ? ""
                                : ", silent for " + d.silence().toMillis() + "ms of log time")
                        + ")";
            case Decision.PolicyBound d -> "policy " + d.policy() + " uses " + d.eip() + " (" + d.reason() + ")";
            case Decision.PolicyUnbound d -> "policy " + d.policy() + " has no EIP (" + d.reason() + ")";
            case Decision.PolicyForgotten d -> "policy " + d.policy() + " is gone";
            case Decision.EipAllocated d -> d.eip() + " allocated, mark " + d.mark();
            case Decision.EipFreed d -> d.eip() + " is free";
            case Decision.EipAssigned d -> assigned(d);
            case Decision.NodeQuarantined d -> d.node() + " is out for " + d.eip() + " (" + d.fault() + ")";
            case Decision.FailoverHeld d ->
                "moves of " + d.gateway() + " wait: " + d.silent() + " of " + d.selected() + " nodes silent";
            case Decision.FailoverResumed d -> "moves of " + d.gateway() + " go on";
            case Decision.AlertRaised d -> "ALERT " + d.code() + " " + d.subject();
        };
    }

    private static String assigned(Decision.EipAssigned decided) {
        Assignment now = decided.assignment();
        String what = switch (now.step()) {
            case WAITING -> "waits: no eligible node";
            case PREPARE -> "is prepared on " + name(now.successor());
            case RELEASE -> "is released by " + name(now.holder());
            case ACQUIRE -> "goes to " + name(now.holder());
            case HELD -> "is held by " + name(now.holder());
        };
        return now.eip() + " " + what + " (" + now.reason() + ", epoch " + now.epoch() + ")";
    }

    private static String name(Optional<Holder> holder) {
        return holder.map(Holder::toString).orElse("-");
    }
}
