/**
 * Folds recorded logs again, offline, with the same code: {@link dev.baton.failover.replay.Replay} compares with what was
 * decided, {@link dev.baton.failover.replay.Why} tells the chain of causes of an EIP's moves.
 */
@NullMarked
package dev.baton.failover.replay;

import org.jspecify.annotations.NullMarked;
