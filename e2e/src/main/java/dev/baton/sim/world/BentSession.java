package dev.baton.sim.world;

import dev.baton.contract.NodeId;
import dev.baton.contract.Rules;
import dev.baton.contract.Timings;
import dev.baton.heartbeat.core.Beat;
import dev.baton.heartbeat.core.Lease;
import dev.baton.heartbeat.core.LeaseTerms;
import dev.baton.heartbeat.core.SavedSession;
import dev.baton.heartbeat.core.SentHeartbeat;
import dev.baton.heartbeat.core.Session;
import dev.baton.sim.menu.Mutant;
import java.time.Instant;
import java.util.Optional;

/** The session that ships, with whatever a mutant bends in what it is told or in what it answers. */
public final class BentSession {
    private final World world;

    BentSession(World world) {
        this.world = world;
    }

    Session starting(NodeId node, Rules reads, Timings timings, Optional<SavedSession> found, long now) {
        SavedSession saved = found.orElse(SavedSession.NONE);
        SavedSession known = world.has(Mutant.SEQUENCES_FROM_ZERO)
                ? new SavedSession(saved.incarnation(), saved.leaseUntilNanos(), 0, saved.longest(), saved.lineage())
                : saved;
        return terms(Mutant.LEASE_TERMS_FORGOTTEN, Session.starting(node, reads, timings, known, now));
    }

    Session resumed(Session session, long kernelUntil, long now) {
        return world.has(Mutant.SESSION_BELIEVED)
                ? session
                : terms(Mutant.LEASE_TERMS_FORGOTTEN, session.resumed(kernelUntil, now));
    }

    Beat beat(Session session, long now, Instant wallClock) {
        Beat beat = terms(Mutant.TIMEOUT_SHORTENED_AT_ONCE, session).beat(now, wallClock);
        return world.has(Mutant.LEAVING_FORGOTTEN) && beat instanceof Beat.Send send
                ? new Beat.Send(
                        new SavedSession(
                                send.first().incarnation(),
                                session.lease().untilNanos(),
                                send.first().sequenceLimit(),
                                send.first().longest(),
                                send.first().lineage()),
                        send.heartbeat(),
                        send.farewell(),
                        send.after(),
                        send.ifNotWritten())
                : beat;
    }

    Session acknowledged(Session session, SentHeartbeat sent, long now) {
        Session after = session.acknowledged(
                world.has(Mutant.LEASE_FROM_ACKNOWLEDGEMENT)
                        ? new SentHeartbeat(sent.heartbeat(), now, sent.under())
                        : sent,
                now);
        return world.has(Mutant.LATE_ACKNOWLEDGEMENT_RENEWS) && after.lease().isLapsed()
                ? with(after, Lease.restored(after.lease().incarnation(), now + 1_000_000))
                : after;
    }

    private static Session with(Session session, Lease lease) {
        return new Session(
                session.node(),
                session.reads(),
                session.terms(),
                lease,
                session.sequences(),
                session.schedule(),
                session.report(),
                session.farewell());
    }

    /** States at once what it wants, whatever an older lease counts on. */
    private Session terms(Mutant mutant, Session session) {
        return world.has(mutant)
                ? new Session(
                        session.node(),
                        session.reads(),
                        LeaseTerms.of(session.terms().wanted()),
                        session.lease(),
                        session.sequences(),
                        session.schedule(),
                        session.report(),
                        session.farewell())
                : session;
    }
}
