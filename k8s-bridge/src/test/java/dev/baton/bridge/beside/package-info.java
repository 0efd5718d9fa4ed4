@NullMarked
package dev.baton.bridge.beside;

import org.jspecify.annotations.NullMarked;
