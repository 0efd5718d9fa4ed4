@NullMarked
package dev.baton.prober.core;

import org.jspecify.annotations.NullMarked;
