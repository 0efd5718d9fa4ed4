@NullMarked
package dev.baton.bridge.write;

import org.jspecify.annotations.NullMarked;
