/** Traffic of the lab's pods, the external server that judges it, and the watch over the segment's frames. */
@NullMarked
package dev.baton.launcher.lab.probe;

import org.jspecify.annotations.NullMarked;
