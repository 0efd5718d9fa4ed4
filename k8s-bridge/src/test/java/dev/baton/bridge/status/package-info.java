@NullMarked
package dev.baton.bridge.status;

import org.jspecify.annotations.NullMarked;
