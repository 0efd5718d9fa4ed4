@NullMarked
package dev.baton.bridge.api;

import org.jspecify.annotations.NullMarked;
