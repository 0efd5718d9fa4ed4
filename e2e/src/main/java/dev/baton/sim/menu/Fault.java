package dev.baton.sim.menu;

import java.util.Optional;

/** The menu of faults. */
public enum Fault {
    /** An agent dies; its kernel state stays; it comes back with its run directory. */
    CRASH_AGENT(Kind.NODE),
    /** An agent dies just after it said what it did, and comes back at once. */
    CRASH_AFTER_ANSWER(Kind.NODE),
    /** An agent dies and its run directory is lost. */
    LOSE_RUN_DIRECTORY(Kind.NODE),
    /** An agent is stopped where it stands, maybe between reading a clock and acting on it. */
    FREEZE_NODE(Kind.NODE),
    /** An agent is stopped just as long as the kernel's guard allows in its last renewal before its link is cut. */
    NEAR_MISS(Kind.NODE),
    /** A machine loses power: nothing is left of it. */
    POWER_OFF(Kind.NODE),
    /** An agent is asked to stop and moves its EIPs away first. */
    LEAVE(Kind.NODE),
    /** A node's datapath says that it is broken. */
    BREAK_DATAPATH(Kind.NODE),
    /** For a while the kernel does not delete connections that are translated to an EIP. */
    CONNECTIONS_STAY(Kind.NODE),
    /** A node's default route leads through another interface from now on. */
    NEW_INTERFACE(Kind.NODE),
    /** For a while a node has no interface in the EIPs' networks. */
    LOSE_INTERFACE(Kind.NODE),
    /** For a while no probe comes back that a node sends or forwards through its tunnel. */
    CLOSE_TUNNEL(Kind.NODE),
    /** For a while a node says that its agent only records. */
    RECORD_ONLY(Kind.NODE),
    /** For a while a node hears another machine answer for every EIP that it is about to take. */
    FOREIGN_OWNER(Kind.NODE),
    /** An agent's loop hangs in the kernel; its heartbeats and the renewal of its lease have threads of their own. */
    HANG_LOOP(Kind.NODE),
    /** What a node sends does not arrive. */
    CUT_SENDING(Kind.NODE),
    /** What is sent to a node does not arrive: also the answers to what it sends. */
    CUT_RECEIVING(Kind.NODE),
    /** A node reaches all logs but one: their leaders are on different brokers. */
    CUT_ONE_LOG(Kind.NODE),
    /** A link becomes slow. */
    CLOG(Kind.NODE),
    /** A run directory cannot be written for a while. */
    UNWRITABLE_RUN_DIRECTORY(Kind.NODE),
    /** A node's agent is of a newer release: Kafka acknowledges what it says, and the coordinator cannot read it. */
    UNREADABLE_HEARTBEATS(Kind.NODE),
    /** A machine's wall clock is put forward, by up to an hour. */
    CLOCK_FORWARD(Kind.NODE),
    /** All links are cut one by one, and healed in another order. */
    SWIZZLE(Kind.NETWORK),
    /** The coordinator dies; another starts from a snapshot. */
    CRASH_COORDINATOR(Kind.COORDINATOR),
    /** The coordinator is frozen and goes on later, with its successor at work already. */
    PAUSE_COORDINATOR(Kind.COORDINATOR),
    /** Two instances work at once for a while. */
    SECOND_COORDINATOR(Kind.COORDINATOR),
    /** The coordinator's link is cut, in one direction or to one log. */
    CUT_COORDINATOR(Kind.COORDINATOR),
    /**
     * The coordinator dies, and for a while none can start: a part of the fleet log or of the snapshots is not there.
     */
    INCOMPLETE_HISTORY(Kind.COORDINATOR),
    /** A coordinator hangs for minutes, is replaced, and then says what it had to say. */
    LONG_PAUSE(Kind.COORDINATOR),
    /**
     * A release with other rules is rolled out, or back, on coordinators or on agents; and somebody adopts its rules,
     * at a good moment or not.
     */
    OTHER_RULES(Kind.COORDINATOR),
    /**
     * A coordinator is cut off from one log and replaced, and what it had to say is appended after what its successor
     * said: a removal among it would take an EIP from its holder.
     */
    LATE_WORDS(Kind.COORDINATOR),
    /**
     * The same, of EIPs that are moved away from a node meanwhile, and from then on compaction takes away what is right
     * before its owner has said it again, as if nobody owned the fleet for longer than the lag: an agent that starts
     * then, as that node's does, may read the old word alone.
     */
    COMPACTED_EARLY(Kind.COORDINATOR),
    /** The folds throw at one entry of sixty, whoever folds it: what it said is lost to the fleet. */
    FOLD_THROWS(Kind.COORDINATOR, LawName.ELIGIBLE_HOLDERS),
    /** One log, or all, cannot be reached. */
    LOG_OUTAGE(Kind.LOG),
    /** Another replica leads; its wall clock stands elsewhere. */
    LEADER_CHANGE(Kind.LOG),
    /** Somebody writes a record that nobody can read. */
    UNREADABLE_RECORD(Kind.LOG),
    /** Retention takes away what no start needs any more. */
    RETENTION(Kind.LOG),
    /**
     * Retention takes fleet entries away that are needed, maybe some that a running coordinator has not read; later
     * somebody brings them back.
     */
    HOLE_IN_FLEET_LOG(Kind.LOG),

    /** A second machine runs with the name of another: both believe that they are the node. */
    TWIN(Kind.NODE),
    /**
     * A machine's wall clock is put back, by up to an hour. If nothing shows which incarnation its agent was before, as
     * after a loss of power of a removed node, it begins a lower one: ignored until it is declared again.
     */
    CLOCK_BACK(Kind.NODE, LawName.ONLY_GROWING),
    /** Somebody loads the firewall anew: the fence is gone until the agent looks, if there is one. */
    FLUSH_FENCE(Kind.NODE, LawName.ONE_EMITTER),
    /** A log's leader had not seen the last entries: they are gone, though their writers were told they were kept. */
    LOST_TAIL(Kind.LOG, LawName.REPLAY_EQUALITY),
    /** All topics are deleted and made again, and the users declare everything again. */
    LOGS_MADE_ANEW(Kind.LOG),
    /** The fleet is sealed, all topics are made again, and it is imported into them, while agents and kernels go on. */
    CARRIED_OVER(Kind.LOG),
    /** Retention takes heartbeats away that the next start would need. */
    HOLE_IN_HEARTBEATS(Kind.LOG, LawName.RESTART_CHANGES_NOTHING);

    /** What is struck. */
    public enum Kind {
        NODE,
        NETWORK,
        COORDINATOR,
        LOG
    }

    private final Kind kind;
    private final Optional<LawName> breaks;

    Fault(Kind kind) {
        this.kind = kind;
        this.breaks = Optional.empty();
    }

    Fault(Kind kind, LawName breaks) {
        this.kind = kind;
        this.breaks = Optional.of(breaks);
    }

    public Kind kind() {
        return kind;
    }

    /** The law that the code which ships is known to break under this fault; empty if it survives. */
    public Optional<LawName> breaks() {
        return breaks;
    }
}
