@NullMarked
package dev.baton.bridge.core;

import org.jspecify.annotations.NullMarked;
