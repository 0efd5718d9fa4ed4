package dev.baton.launcher.cli;

import dev.baton.contract.ClusterNetworksDeclared;
import dev.baton.contract.Declaration;
import dev.baton.contract.DrainRequested;
import dev.baton.contract.EipMoveRequested;
import dev.baton.contract.EipsAdopted;
import dev.baton.contract.FleetImported;
import dev.baton.contract.FleetSealed;
import dev.baton.contract.GatewayDeclared;
import dev.baton.contract.GatewayRemoved;
import dev.baton.contract.NodeDeclared;
import dev.baton.contract.NodeRemoved;
import dev.baton.contract.PolicyDeclared;
import dev.baton.contract.PolicyRemoved;
import dev.baton.contract.RebalanceRequested;
import dev.baton.contract.RulesAdopted;
import dev.baton.contract.SettingsDeclared;
import dev.baton.contract.TunnelAdopted;
import dev.baton.launcher.client.Declarer;
import java.io.PrintWriter;
import java.util.List;

/** Declarations and their answers as lines for a person, in kubectl's manner. */
final class Declarations {
    private Declarations() {}

    /** Prints one line for each answer. Returns 0 if all were accepted, else 1. */
    static int report(List<Declarer.Answer> answers, PrintWriter out, PrintWriter err) {
        int status = 0;
        for (Declarer.Answer answer : answers) {
            if (answer.refused().isPresent()) {
                var refused = answer.refused().get();
                err.println("refused " + refused.subject() + ": " + refused.reason() + ": " + refused.detail());
                status = 1;
            } else {
                out.println(text(answer.declaration()));
            }
        }
        return status;
    }

    private static String text(Declaration declaration) {
        return switch (declaration) {
            case GatewayDeclared d -> "egressgateway/" + d.gateway() + " declared";
            case GatewayRemoved d -> "egressgateway/" + d.gateway() + " removed";
            case PolicyDeclared d -> kind(d.policy().isCluster()) + d.policy() + " declared";
            case PolicyRemoved d -> kind(d.policy().isCluster()) + d.policy() + " removed";
            case NodeDeclared d -> "node/" + d.node() + " declared";
            case NodeRemoved d -> "node/" + d.node() + " removed";
            case SettingsDeclared d -> "settings declared";
            case RulesAdopted d -> "rules version " + d.rules() + " adopted";
            case ClusterNetworksDeclared d -> "networks of the cluster declared";
            case DrainRequested d -> "node/" + d.node() + (d.drain() ? " draining" : " no longer draining");
            case EipMoveRequested d -> "eip/" + d.address() + " moving to " + d.to();
            case EipsAdopted d -> "egressgateway/" + d.gateway() + " adopted";
            case TunnelAdopted d -> "egresstunnel/" + d.node() + " adopted";
            case FleetSealed d -> d.sealed() ? "fleet sealed" : "fleet opened again";
            case FleetImported d -> "a part of a fleet imported";
            case RebalanceRequested d -> "egressgateway/" + d.gateway() + " rebalancing";
        };
    }

    private static String kind(boolean cluster) {
        return cluster ? "egressclusterpolicy/" : "egresspolicy/";
    }
}
