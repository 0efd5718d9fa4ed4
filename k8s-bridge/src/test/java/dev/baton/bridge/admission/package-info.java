@NullMarked
package dev.baton.bridge.admission;

import org.jspecify.annotations.NullMarked;
