/**
 * Asks endpoints how they are: the heartbeat of what cannot beat itself.
 *
 * <p>{@code core} holds the pure parts: who is due when, and which outcomes are told. Here: one event loop on which
 * all questions are put and all answers are read, so that nothing of it needs a lock.
 */
@NullMarked
package dev.baton.prober;

import org.jspecify.annotations.NullMarked;
