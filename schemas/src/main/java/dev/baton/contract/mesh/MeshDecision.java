package dev.baton.contract.mesh;

import dev.baton.contract.Epoch;
import java.util.Collections;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** What was decided about a destination. */
public sealed interface MeshDecision {
    DestinationId destination();

    record EndpointEjected(DestinationId destination, EndpointAddress endpoint, HealthVerdict against)
            implements MeshDecision {}

    /** It fails and gets traffic all the same. */
    record EjectionRefused(DestinationId destination, EndpointAddress endpoint, EjectionRefusal why)
            implements MeshDecision {}

    /** @param percent of its share that it gets from now on */
    record EndpointReturns(DestinationId destination, EndpointAddress endpoint, int percent) implements MeshDecision {}

    /** @param unused members that the destination names, and why they get nothing; replaces what was said before */
    record MembersUnused(DestinationId destination, SortedMap<MemberId, Unused> unused) implements MeshDecision {
        public MembersUnused {
            unused = Collections.unmodifiableSortedMap(new TreeMap<>(unused));
        }
    }

    /** @param epoch grows with every route of the mesh */
    record RouteAssigned(Route route, Epoch epoch) implements MeshDecision {
        @Override
        public DestinationId destination() {
            return route.destination();
        }
    }

    /** @param withheld members that get nothing by an operator's word; replaces what was said before */
    record MembersWithheld(DestinationId destination, SortedSet<MemberId> withheld) implements MeshDecision {
        public MembersWithheld {
            withheld = Collections.unmodifiableSortedSet(new TreeSet<>(withheld));
        }
    }

    /** @param held whether observations change nothing from now on */
    record HoldChanged(DestinationId destination, boolean held) implements MeshDecision {}

    /** @param subject what was asked for, as a command line would say it */
    record RequestRefused(DestinationId destination, String subject, RequestRefusal why) implements MeshDecision {}

    /** There is no such destination, or no such caller, any more. */
    record RouteWithdrawn(DestinationId destination, Caller caller, Epoch epoch) implements MeshDecision {}
}
