@NullMarked
package dev.baton.failover.runner;

import org.jspecify.annotations.NullMarked;
