@NullMarked
package dev.baton.bridge;

import org.jspecify.annotations.NullMarked;
