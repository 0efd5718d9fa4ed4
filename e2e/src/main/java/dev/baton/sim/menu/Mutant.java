package dev.baton.sim.menu;

import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** One rule broken on purpose, at a seam between a core and its shell, and the law that must notice. */
public enum Mutant {
    /** The lease counts from the acknowledgement of a heartbeat, not from its sending. */
    LEASE_FROM_ACKNOWLEDGEMENT(LawName.ONE_EMITTER),
    /** Ticks of a ticker that was replaced count, and the ticker does not step back. */
    REPLACED_TICKER_COUNTED(LawName.ONE_EMITTER),
    /** A ticker sends its next tick without having read the previous one back. */
    TICKS_WITHOUT_READ_BACK(LawName.ONE_EMITTER),
    /** A node obeys an assignment that names an older incarnation of it. */
    OLDER_INCARNATION_ACCEPTED(LawName.ONE_EMITTER),
    /** A node obeys whichever assignment came last, not the one with the highest epoch. */
    OLDER_EPOCH_ACCEPTED(LawName.ONE_EMITTER),
    /** The successor is told to acquire without waiting for the holder's release. */
    ACQUIRE_BEFORE_RELEASE(LawName.ONE_EMITTER),
    /** A silent node is timed out by the tick before the right one. */
    TIMEOUT_ONE_TICK_EARLY(LawName.ONE_EMITTER),
    /** Snapshots do not say in which phase a node is. */
    PHASE_FORGOTTEN_IN_SNAPSHOT(LawName.RESTART_CHANGES_NOTHING),
    /** What a node says is taken even if the rules in force have no record for it. */
    HEARD_BEYOND_RULES(LawName.REPLAY_EQUALITY),
    /** An EIP is freed with the first of its policies instead of the last. */
    EIP_FREED_WHILE_USED(LawName.ALLOCATIONS_KEPT),
    /** Several assignments of one cause come in an order that differs between two processes. */
    HASH_ORDER(LawName.REPLAY_EQUALITY),
    /** A node that answered FAILED tries the same assignment again. */
    FAILED_TRIED_AGAIN(LawName.ONE_EMITTER),
    /** What a node answered FAILED is not written down: its next life tries the same assignment again. */
    REFUSED_NOT_WRITTEN(LawName.ONE_EMITTER, Fault.CRASH_AFTER_ANSWER, Fault.CUT_RECEIVING),
    /** What cannot be written down as refused is refused all the same, and then looks as if it were done. */
    REFUSED_BEFORE_WRITTEN(LawName.FRAMES_STOP, Fault.UNWRITABLE_RUN_DIRECTORY, Fault.CRASH_AGENT),
    /** Epochs are not written down before they are obeyed: the next life takes an older word for new. */
    OBEYED_NOT_WRITTEN(LawName.ONE_EMITTER, Fault.CRASH_AGENT, Fault.COMPACTED_EARLY),
    /** A lost session is numbered by seconds: two within one get the same number. */
    NUMBERED_BY_SECONDS(LawName.ONLY_GROWING),
    /** The owner of a log does not look at what its views end with. */
    STRAYS_LEFT(LawName.LAST_WORD, Fault.LATE_WORDS),
    /** A removal does not say its cause: an agent takes an old one for new. */
    REMOVALS_WITHOUT_CAUSE(LawName.LAST_WORD, Fault.LATE_WORDS, Fault.CRASH_COORDINATOR),
    /** An agent that starts within a long lease states the timeout that it knows, not the one the lease counts on. */
    LEASE_TERMS_FORGOTTEN(LawName.ONE_EMITTER),
    /** An agent that was killed while leaving comes back as the same incarnation. */
    LEAVING_FORGOTTEN(LawName.ELIGIBLE_HOLDERS, Fault.LEAVE, Fault.CRASH_AGENT),
    /** A coordinator that takes over waits for the next entry of each log, however quiet that is. */
    QUIET_LOG_NOT_WOKEN(LawName.ELIGIBLE_HOLDERS),
    /** A machine announces itself by the name of another that lives, and the coordinator takes it for that one. */
    NAMESAKE_ACCEPTED(LawName.ONE_EMITTER, Fault.TWIN, Fault.CUT_RECEIVING),
    /**
     * An agent takes what is given to its name and number for its own, at whatever address the coordinator shows
     * them.
     */
    SHOWN_ELSEWHERE_BELIEVED(LawName.ONE_EMITTER, Fault.TWIN, Fault.CRASH_AGENT),
    /** A record that cannot be read does not count as life of its node. */
    UNREADABLE_NOT_COUNTED(LawName.ONE_EMITTER, Fault.UNREADABLE_HEARTBEATS),
    /** A coordinator goes on though entries are gone that it has not read. */
    HOLE_PASSED_OVER(LawName.REPLAY_EQUALITY, Fault.HOLE_IN_FLEET_LOG, Fault.CUT_COORDINATOR),
    /** An agent holds what is assigned to a number that it has only drawn, or only announced. */
    HELD_BEFORE_SHOWN(LawName.ONLY_GROWING, Fault.TWIN, Fault.CLOG),
    /** An agent that starts again lets go by words that are older than what it obeyed. */
    OUTDATED_OBEYED(LawName.RESTART_CHANGES_NOTHING, Fault.CRASH_AGENT, Fault.COMPACTED_EARLY),
    /** What agents read does not say of which lineage it is. */
    LINEAGE_NOT_SAID(LawName.ONE_EMITTER, Fault.LOGS_MADE_ANEW, Fault.SWIZZLE),
    /** A log gives EIPs to nodes from its first entry on, whatever a log before it granted. */
    BEGINNING_NOT_AWAITED(LawName.ONE_EMITTER, Fault.LOGS_MADE_ANEW, Fault.SWIZZLE),
    /** A sealed fleet goes on deciding: what is carried over is not what holds. */
    SEAL_IGNORED(LawName.ONE_EMITTER, Fault.CARRIED_OVER, Fault.POWER_OFF, Fault.CUT_RECEIVING),
    /** A node that writes and cannot read goes on. */
    DEAF_GOES_ON(LawName.BOUNDED_FAILOVER),
    /** A newer release decides by its own rules, whatever the log says. */
    RULES_NOT_IN_LOG(LawName.REPLAY_EQUALITY, Fault.OTHER_RULES),
    /** A release that does not know the rules in force goes on by those that it knows. */
    UNKNOWN_RULES_FOLDED(LawName.REPLAY_EQUALITY, Fault.OTHER_RULES),
    /** A start takes the newest snapshot, also if it is of later entries than those that were committed. */
    SNAPSHOT_FROM_LATER(LawName.RESTART_CHANGES_NOTHING),
    /** Each tick counts for half of the period that it proves: a silent node is given twice its time. */
    TIMEOUT_TOO_LATE(LawName.BOUNDED_FAILOVER),
    /** A heartbeat announces a shorter timeout while an older, longer lease still runs. */
    TIMEOUT_SHORTENED_AT_ONCE(LawName.ONE_EMITTER),
    /** An agent announces its next incarnation without having taken the last one's lease from the kernel. */
    ANNOUNCED_WITHOUT_WITHDRAWING(LawName.ONE_EMITTER),
    /** An agent begins the lease of its next incarnation before the datapath was brought to it. */
    BEGUN_BEFORE_APPLIED(LawName.ONE_EMITTER, Fault.CUT_SENDING, Fault.BREAK_DATAPATH),
    /** A restart within the lease numbers its heartbeats from zero. */
    SEQUENCES_FROM_ZERO(LawName.ONE_EMITTER),
    /** A restart goes by what the session says of the lease, not by what the kernel was granted since. */
    SESSION_BELIEVED(LawName.ONE_EMITTER, Fault.CRASH_AGENT, Fault.UNWRITABLE_RUN_DIRECTORY),
    /** A successor takes the EIP when it is asked to prepare. */
    ACQUIRED_ON_PREPARE(LawName.ONE_EMITTER),
    /** The acknowledgement of a heartbeat that comes after the lease's end renews it. */
    LATE_ACKNOWLEDGEMENT_RENEWS(LawName.ONLY_GROWING),
    /** An agent says that it is ready before it has read the logs to their end. */
    READY_BEFORE_CAUGHT_UP(LawName.RESTART_CHANGES_NOTHING),
    /** Heartbeats of an incarnation that was timed out count. */
    TIMED_OUT_COUNTED(LawName.ONLY_GROWING),
    /** When the log was away, nodes that were timed out before get a fresh grace as well. */
    GRACE_FOR_TIMED_OUT(LawName.ONLY_GROWING, Fault.LOG_OUTAGE, Fault.FREEZE_NODE, Fault.CUT_SENDING),
    /** The fence stands on one interface only. */
    FENCE_ON_ONE_INTERFACE(LawName.ONE_EMITTER, Fault.NEW_INTERFACE, Fault.FREEZE_NODE),
    /** The fence lets an EIP go that nobody uses any more, though connections are still translated to it. */
    UNFENCED_WITH_CONNECTIONS(LawName.FRAMES_STOP, Fault.CONNECTIONS_STAY, Fault.CUT_RECEIVING),
    /** What was sequenced before is taken again. */
    ORIGINS_TAKEN_TWICE(LawName.BOUNDED_DECISIONS),
    /** Snapshots do not say up to where declarations and heartbeats were taken. */
    ORIGINS_NOT_IN_SNAPSHOT(LawName.RESTART_CHANGES_NOTHING);

    private final LawName law;
    private final Set<Fault> faults;

    /** @param faults under which the rule matters; none: whatever a seed draws */
    Mutant(LawName law, Fault... faults) {
        this.law = law;
        this.faults = Collections.unmodifiableSet(
                faults.length == 0 ? EnumSet.noneOf(Fault.class) : EnumSet.copyOf(List.of(faults)));
    }

    /** The faults under which the rule matters, if it matters under a few only. */
    public Set<Fault> faults() {
        return faults;
    }

    /** The law that must break. That another one does, or that a core throws, does not show that this one has teeth. */
    public LawName law() {
        return law;
    }
}
