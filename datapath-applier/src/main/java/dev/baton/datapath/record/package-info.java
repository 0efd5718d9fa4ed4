/**
 * A datapath without a kernel: writes each change that it would make to a file, in words. For trying Baton out, for
 * machines without privilege, and as the reference of what a datapath owes its caller. Must not import the Linux one.
 */
@NullMarked
package dev.baton.datapath.record;

import org.jspecify.annotations.NullMarked;
