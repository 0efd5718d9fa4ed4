package dev.baton.contract.mesh;

import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Where a destination's traffic goes, for one caller.
 *
 * @param probe how its endpoints are asked; empty: nobody asks them
 */
public record Route(DestinationId destination, Caller caller, Optional<Probe> probe, Calls calls, Targets targets) {
    /** How traffic is divided. */
    public sealed interface Targets {
        /** All shares, in order. */
        List<Share> shares();
    }

    /**
     * The first level gets all traffic while it can.
     *
     * @param spill when the next level gets traffic too
     * @param levels without gaps; none of them, and none of their members, without endpoints. No level at all: no
     *     member has an endpoint
     */
    public record ByLevel(Spill spill, List<Level> levels) implements Targets {
        public ByLevel {
            levels = List.copyOf(levels);
        }

        @Override
        public List<Share> shares() {
            return levels.stream().flatMap(level -> level.shares().stream()).toList();
        }
    }

    /** When traffic leaves a level. */
    public enum Spill {
        /** By parts, as soon as too few of its endpoints are usable: Envoy's own way. */
        GRADED,
        /** When none of it is usable. */
        BINARY
    }

    /** Every member gets its share whatever its health: requests to a dead member fail. */
    public record ByWeight(List<Share> shares) implements Targets {
        public ByWeight {
            shares = List.copyOf(shares);
        }
    }

    /** Members of equal rank. */
    public record Level(List<Share> shares) {
        public Level {
            shares = List.copyOf(shares);
        }
    }

    /**
     * What one member gets.
     *
     * @param weight at least 1; the member gets this part of the sum
     */
    public record Share(
            MemberId member, Locality locality, int weight, SortedMap<EndpointAddress, Endpoint> endpoints) {
        public Share {
            endpoints = Collections.unmodifiableSortedMap(new TreeMap<>(endpoints));
            requirePositive("weight of " + member, weight);
        }
    }

    /**
     * An endpoint as a proxy is told of it.
     *
     * @param weight among the endpoints of its member, at least 1
     */
    public record Endpoint(Use use, int weight) {
        public Endpoint {
            requirePositive("weight of an endpoint", weight);
        }
    }

    /** What a proxy may do with an endpoint. */
    public enum Use {
        /** Send to it. */
        USABLE,
        /** Send nothing: its owner says that it is not ready, or the fleet has ejected it. */
        UNUSABLE,
        /** Begin nothing new. */
        DRAINING
    }

    private static void requirePositive(String field, int weight) {
        if (weight < 1) {
            throw new IllegalArgumentException(field + ": " + weight + " is below 1");
        }
    }
}
