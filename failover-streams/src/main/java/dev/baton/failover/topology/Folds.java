package dev.baton.failover.topology;

import dev.baton.contract.Lineage;
import dev.baton.contract.Rules;
import dev.baton.failover.runner.CoordinationFold;
import dev.baton.failover.runner.LivenessFold;
import dev.baton.failover.runner.Watch;
import java.util.function.Supplier;

/** Makes the two folds, for each task anew. */
public interface Folds {
    /** @param newest rules that records can be read of */
    LivenessFold liveness(Watch watch, Supplier<Lineage> draw, Rules newest);

    /** @param newest rules that records can be read of */
    CoordinationFold coordination(Watch watch, Supplier<Lineage> draw, Rules newest);

    /** Those of this release. */
    Folds RELEASED = new Folds() {
        @Override
        public LivenessFold liveness(Watch watch, Supplier<Lineage> draw, Rules newest) {
            return new LivenessFold(watch, draw, newest);
        }

        @Override
        public CoordinationFold coordination(Watch watch, Supplier<Lineage> draw, Rules newest) {
            return new CoordinationFold(watch, draw, newest);
        }
    };
}
