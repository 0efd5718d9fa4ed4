/** Tests of the watches, with the client library's informers and lists and threads of our own. */
@NullMarked
package dev.baton.bridge.watch;

import org.jspecify.annotations.NullMarked;
