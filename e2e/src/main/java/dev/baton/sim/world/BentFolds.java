package dev.baton.sim.world;

import dev.baton.contract.FleetId;
import dev.baton.contract.FleetSnapshot;
import dev.baton.contract.Lineage;
import dev.baton.contract.LivenessEvent;
import dev.baton.contract.LivenessSnapshot;
import dev.baton.contract.Rules;
import dev.baton.contract.Sequenced;
import dev.baton.failover.core.FleetState;
import dev.baton.failover.core.Liveness;
import dev.baton.failover.core.LivenessState;
import dev.baton.failover.core.Outcome;
import dev.baton.failover.runner.CoordinationFold;
import dev.baton.failover.runner.LivenessFold;
import dev.baton.failover.runner.Watch;
import dev.baton.sim.menu.Mutant;
import java.time.Instant;
import java.util.function.Supplier;

/** The folds as the runners take them, with whatever a mutant bends in them. */
public final class BentFolds {
    /** The cores are total: what they throw ends the run. */
    private static final Watch STRICT = new Watch.Silent() {
        @Override
        public void notFolded(FleetId fleet, String log, long offset, RuntimeException bug) {
            throw bug;
        }
    };

    private BentFolds() {}

    private static Rules known(FoldsUnderTest cores) {
        return cores.has(Mutant.UNKNOWN_RULES_FOLDED) ? OtherRules.VERSION : cores.newest();
    }

    static final class OfLiveness extends LivenessFold {
        private final FoldsUnderTest cores;

        OfLiveness(FoldsUnderTest cores, Supplier<Lineage> draw) {
            super(STRICT, draw, known(cores));
            this.cores = cores;
        }

        @Override
        public LivenessState start(FleetId fleet) {
            return cores.startOfLiveness(super.start(fleet));
        }

        @Override
        public LivenessSnapshot snapshot(LivenessState state, long offset) {
            return cores.snapshot(state, offset);
        }

        @Override
        protected Liveness.Outcome outcome(LivenessState before, long offset, Instant at, LivenessEvent entry) {
            return cores.liveness(before, offset, at, entry);
        }
    }

    static final class OfCoordination extends CoordinationFold {
        private final FoldsUnderTest cores;

        OfCoordination(FoldsUnderTest cores, Supplier<Lineage> draw) {
            super(STRICT, draw, known(cores));
            this.cores = cores;
        }

        @Override
        public FleetSnapshot snapshot(FleetState state, long offset) {
            return cores.snapshot(state, offset);
        }

        @Override
        public boolean needsWholePast() {
            return super.needsWholePast() && !cores.has(Mutant.HOLE_PASSED_OVER);
        }

        @Override
        protected Outcome outcome(FleetState before, long offset, Sequenced entry) {
            return cores.coordination(before, offset, entry);
        }
    }
}
