/** Counters that every service keeps and Prometheus reads. */
@NullMarked
package dev.baton.metrics;

import org.jspecify.annotations.NullMarked;
