@NullMarked
package dev.baton.heartbeat;

import org.jspecify.annotations.NullMarked;
