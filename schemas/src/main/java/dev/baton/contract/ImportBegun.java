package dev.baton.contract;

import java.time.Duration;
import java.util.Optional;

/**
 * What is carried into a new log begins; the numbers go on after these.
 *
 * @param from lineage of the log that it comes from; empty: its writers drew none
 * @param elapsed log time
 * @param lastEpoch highest epoch given to any EIP
 * @param rules by which the other log was folded
 */
public record ImportBegun(
        Optional<Lineage> from,
        Settings settings,
        Duration elapsed,
        Epoch lastEpoch,
        Optional<Mark> lastNodeMark,
        Optional<Mark> lastEipMark,
        Optional<ClusterNetworksDeclared> networks,
        Rules rules)
        implements ImportPart {}
