@NullMarked
package dev.baton.prober;

import org.jspecify.annotations.NullMarked;
