/** Tests against a real broker in this process. */
@NullMarked
package dev.baton.launcher.broker;

import org.jspecify.annotations.NullMarked;
