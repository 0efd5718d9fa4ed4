/** Who is to be asked when, and what of the outcomes is told: time comes in as an argument, nothing is read or sent. */
@NullMarked
package dev.baton.prober.core;

import org.jspecify.annotations.NullMarked;
