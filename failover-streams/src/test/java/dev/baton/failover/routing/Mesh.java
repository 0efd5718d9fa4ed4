package dev.baton.failover.routing;

import dev.baton.contract.FleetId;
import dev.baton.contract.mesh.Caller;
import dev.baton.contract.mesh.Calls;
import dev.baton.contract.mesh.Destination;
import dev.baton.contract.mesh.DestinationId;
import dev.baton.contract.mesh.EndpointAddress;
import dev.baton.contract.mesh.EndpointHealth;
import dev.baton.contract.mesh.FailoverPolicy;
import dev.baton.contract.mesh.FailoverPolicyId;
import dev.baton.contract.mesh.HostName;
import dev.baton.contract.mesh.Locality;
import dev.baton.contract.mesh.Member;
import dev.baton.contract.mesh.MemberId;
import dev.baton.contract.mesh.Mode;
import dev.baton.contract.mesh.PolicyTarget;
import dev.baton.contract.mesh.Readiness;
import dev.baton.contract.mesh.ReturnRules;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/** Members and their health, for tests: a member's endpoints have its name as host, and ports from 1. */
final class Mesh {
    static final FleetId NAME = new FleetId("m");
    static final HostName HOST = new HostName("bookinfo.tse.tetratelabs.io");

    final SortedMap<MemberId, Member> members = new TreeMap<>();
    final SortedMap<EndpointAddress, EndpointHealth> health = new TreeMap<>();

    static MemberId id(String name) {
        return new MemberId(name);
    }

    static EndpointAddress endpoint(String member, int port) {
        return new EndpointAddress(member, port);
    }

    static Caller in(String region) {
        return new Caller(new Locality(region, ""), new TreeMap<>());
    }

    static Caller with(Map<String, String> labels) {
        return new Caller(Locality.UNKNOWN, new TreeMap<>(labels));
    }

    /** A backend. */
    Mesh backend(String name, int endpoints) {
        return add(name, "", Map.of(), new TreeSet<>(), endpoints);
    }

    /** A backend of this level. */
    Mesh backend(String name, int level, int endpoints) {
        backend(name, endpoints);
        members.computeIfPresent(
                id(name),
                (id, before) -> new Member(
                        id, before.locality(), before.labels(), before.hostNames(), level, before.endpoints()));
        return this;
    }

    /** All of one weight. */
    static Mode.ActivePassive activePassive(String... names) {
        var weights = new TreeMap<MemberId, Integer>();
        for (String name : names) {
            weights.put(id(name), 1);
        }
        return new Mode.ActivePassive(weights);
    }

    static FailoverPolicy policy(DestinationId destination, ReturnRules rules) {
        var targets = new TreeSet<>(List.of(new PolicyTarget("destination/" + destination)));
        var id = new FailoverPolicyId("policy-of-" + destination);
        return new FailoverPolicy(id, targets, rules, Optional.empty(), new TreeMap<>());
    }

    static Destination destination(DestinationId id, Mode mode) {
        return new Destination(id, Optional.of(HOST), mode, Optional.empty(), Calls.ANY, new TreeSet<>());
    }

    /** A cluster whose gateway serves the host name. */
    Mesh cluster(String name, String region, int endpoints) {
        return cluster(name, region, HOST, endpoints);
    }

    Mesh cluster(String name, String region, HostName serves, int endpoints) {
        var served = new TreeSet<HostName>();
        served.add(serves);
        return add(name, region, Map.of(), served, endpoints);
    }

    Mesh labelled(String name, Map<String, String> labels) {
        var served = new TreeSet<HostName>();
        served.add(HOST);
        return add(name, "", labels, served, 1);
    }

    Mesh add(String name, String region, Map<String, String> labels, TreeSet<HostName> served, int endpoints) {
        var ready = new TreeMap<EndpointAddress, Readiness>();
        for (int port = 1; port <= endpoints; port++) {
            ready.put(endpoint(name, port), Readiness.READY);
        }
        members.put(id(name), new Member(id(name), new Locality(region, ""), new TreeMap<>(labels), served, 0, ready));
        return this;
    }

    Mesh is(String member, int port, Readiness readiness) {
        members.computeIfPresent(id(member), (_, before) -> {
            var endpoints = new TreeMap<>(before.endpoints());
            endpoints.put(endpoint(member, port), readiness);
            return new Member(
                    before.id(), before.locality(), before.labels(), before.hostNames(), before.level(), endpoints);
        });
        return this;
    }

    Mesh is(String member, int port, EndpointHealth observed) {
        health.put(endpoint(member, port), observed);
        return this;
    }
}
