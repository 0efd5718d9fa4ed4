package dev.baton.datapath.linux.path;

import dev.baton.contract.IpAddress;
import dev.baton.contract.IpFamily;
import dev.baton.contract.MacAddress;
import dev.baton.contract.NodeId;
import dev.baton.contract.Tunnel;
import dev.baton.contract.TunnelPhase;
import dev.baton.datapath.core.DesiredState;
import dev.baton.datapath.core.DesiredState.Role;
import java.util.Collections;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What this node probes. The pairs that matter: a node probes if pods of policies run on it, for these it is whose
 * packets go to other nodes; and it probes nodes whose agents say that their datapath works.
 *
 * @param pod an address of a pod of this node that a policy selects: a probe comes from it, as the pod's packets do
 * @param tunnel this node's own tunnel address in the same family: there the probe is sent back to
 * @param targets by their tunnels' Ethernet addresses
 */
record Plan(MacAddress mac, IpAddress pod, IpAddress tunnel, SortedMap<NodeId, MacAddress> targets) {
    /** Empty: nothing is to be probed. */
    static Optional<Plan> of(DesiredState desired) {
        return desired.own()
                .filter(Plan::isReady)
                .flatMap(own -> pod(desired).map(pod -> of(desired, own, pod)))
                .filter(plan -> !plan.targets().isEmpty());
    }

    MacAddress macOf(NodeId target) {
        return Objects.requireNonNull(targets.get(target));
    }

    private static Plan of(DesiredState desired, Tunnel own, IpAddress pod) {
        var ready = new TreeMap<NodeId, MacAddress>();
        desired.peers().forEach((node, tunnel) -> {
            if (isReady(tunnel)) {
                ready.put(node, tunnel.mac());
            }
        });
        SortedSet<NodeId> observers = desired.podNodes();
        observers.removeIf(node -> !node.equals(desired.self()) && !ready.containsKey(node));
        ready.keySet().retainAll(new Ring(observers).targetsOf(desired.self(), ready.keySet(), holders(desired)));
        return new Plan(
                own.mac(),
                pod,
                pod.family() == IpFamily.V4 ? own.ipv4() : own.ipv6(),
                Collections.unmodifiableSortedMap(ready));
    }

    private static boolean isReady(Tunnel tunnel) {
        return tunnel.phase() == TunnelPhase.READY;
    }

    /** IPv4 if a pod has it, as most traffic; the first of them, so that it changes rarely. */
    private static Optional<IpAddress> pod(DesiredState desired) {
        SortedSet<IpAddress> local = desired.policies().values().stream()
                .flatMap(match -> match.localSources().stream())
                .collect(Collectors.toCollection(TreeSet::new));
        return local.stream()
                .filter(address -> address.family() == IpFamily.V4)
                .findFirst()
                .or(() -> local.stream().findFirst());
    }

    /** The other nodes to which packets of pods go now. */
    private static Set<NodeId> holders(DesiredState desired) {
        return desired.eips().values().stream()
                .flatMap(route -> switch (route.role()) {
                    case Role.Forward(NodeId to) -> Stream.of(to);
                    case Role.Relay(NodeId to) -> Stream.of(to);
                    case Role.Hold _, Role.Block _ -> Stream.empty();
                })
                .collect(Collectors.toSet());
    }
}
