package dev.baton.contract;

/**
 * The whole state of a fold before it folds the entry at {@link #offset()}: with the log from there on it gives every
 * later state.
 */
public interface StateAt {
    /** Whose log it is. */
    FleetId fleet();

    /** Offset of the first entry that this state has not folded. */
    long offset();
}
