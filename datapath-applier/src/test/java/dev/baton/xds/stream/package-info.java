/** Tests of what a client is told, and when, without a network. */
@NullMarked
package dev.baton.xds.stream;

import org.jspecify.annotations.NullMarked;
