/**
 * Folds recorded logs again, offline, with the same code: {@link dev.baton.failover.replay.Replay} compares with the
 * recorded decisions, {@link dev.baton.failover.replay.Why} explains an EIP's moves by their chain of causes.
 */
@NullMarked
package dev.baton.failover.replay;

import org.jspecify.annotations.NullMarked;
