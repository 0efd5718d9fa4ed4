/** Lease and heartbeat schedule as values: time comes in as an argument, nothing is read or sent. */
@NullMarked
package dev.baton.heartbeat.core;

import org.jspecify.annotations.NullMarked;
