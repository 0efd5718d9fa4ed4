/**
 * From the API server to the loop: its client, informers that survive expired watches, and the counters of what fails.
 */
@NullMarked
package dev.baton.bridge.watch;

import org.jspecify.annotations.NullMarked;
