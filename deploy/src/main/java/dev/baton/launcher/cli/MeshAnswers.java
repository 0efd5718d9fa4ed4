package dev.baton.launcher.cli;

import dev.baton.contract.mesh.HealthRulesDeclared;
import dev.baton.contract.mesh.MeshDecision.RequestRefused;
import dev.baton.contract.mesh.MeshDeclaration;
import dev.baton.contract.mesh.RequestRefusal;
import dev.baton.launcher.client.MeshDeclarer;
import java.io.PrintWriter;
import java.util.List;

/** Answers to what is wanted of a mesh, as lines for a person. */
final class MeshAnswers {
    private MeshAnswers() {}

    /** Prints one line for each answer. Returns 0 if all were taken, else 1. */
    static int report(List<MeshDeclarer.Answer> answers, PrintWriter out, PrintWriter err) {
        int status = 0;
        for (MeshDeclarer.Answer answer : answers) {
            if (answer.refused().isPresent()) {
                RequestRefused refused = answer.refused().get();
                err.println("refused " + refused.subject() + ": " + refused.why() + ": " + detail(refused.why()));
                status = 1;
            } else {
                out.println(text(answer.declaration()));
            }
        }
        out.flush();
        return status;
    }

    private static String detail(RequestRefusal why) {
        return switch (why) {
            case NO_SUCH_DESTINATION -> "baton get destinations lists them";
            case NO_SUCH_MEMBER -> "it is none of this destination's that gets traffic; baton get routes lists them";
            case LAST_USABLE -> "nothing else of this destination is usable now";
            case ONE_LEVEL -> "there is no other level; for one of several members there is baton eject";
            case FIXED_SHARES -> "its user gave each member a weight, and what counts is changed there";
            case NOTHING_TO_LET_BACK -> "nothing was taken out by an operator, or waits for an operator's word";
        };
    }

    private static String text(MeshDeclaration declaration) {
        return switch (declaration) {
            case MeshDeclaration.DestinationDeclared d ->
                "destination/" + d.destination().id() + " declared";
            case MeshDeclaration.DestinationRemoved d -> "destination/" + d.destination() + " removed";
            case MeshDeclaration.MemberDeclared d -> "member/" + d.member().id() + " declared";
            case MeshDeclaration.MemberRemoved d -> "member/" + d.member() + " removed";
            case MeshDeclaration.CallerDeclared d ->
                "callers" + at(d.caller().locality().toString()) + " declared";
            case MeshDeclaration.CallerRemoved d ->
                "callers" + at(d.caller().locality().toString()) + " removed";
            case MeshDeclaration.FailoverPolicyDeclared d ->
                "policy/" + d.policy().id() + " declared";
            case MeshDeclaration.FailoverPolicyRemoved d -> "policy/" + d.policy() + " removed";
            case MeshDeclaration.FailOverRequested d -> "destination/" + d.destination() + " failed over";
            case MeshDeclaration.EjectRequested d ->
                "member/" + d.member() + " ejected from destination/" + d.destination();
            case MeshDeclaration.FailBackRequested d -> "destination/" + d.destination() + " failing back";
            case MeshDeclaration.HoldRequested d ->
                "destination/" + d.destination() + (d.hold() ? " held as it is" : " no longer held");
            case HealthRulesDeclared d -> "health rules declared";
        };
    }

    private static String at(String place) {
        return place.isEmpty() ? "" : " in " + place;
    }
}
