@NullMarked
package dev.baton.heartbeat.core;

import org.jspecify.annotations.NullMarked;
