@NullMarked
package dev.baton.bridge.state;

import org.jspecify.annotations.NullMarked;
