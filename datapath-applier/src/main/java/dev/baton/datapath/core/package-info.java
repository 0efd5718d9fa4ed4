/** What a node should look like, as a pure function of the compacted logs: no I/O, no clock, no hash order. */
@NullMarked
package dev.baton.datapath.core;

import org.jspecify.annotations.NullMarked;
