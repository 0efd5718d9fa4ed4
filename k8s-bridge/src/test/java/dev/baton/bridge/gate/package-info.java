@NullMarked
package dev.baton.bridge.gate;

import org.jspecify.annotations.NullMarked;
