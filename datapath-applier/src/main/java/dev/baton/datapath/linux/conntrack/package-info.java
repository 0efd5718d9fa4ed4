/**
 * Deletes entries of the kernel's connection tracking that a move or a change of policy made wrong: by their mark
 * ({@link dev.baton.datapath.linux.conntrack.Connections}) and by the address that they are translated to ({@link
 * dev.baton.datapath.linux.conntrack.TranslatedConnections}). Does not know what the marks mean.
 */
@NullMarked
package dev.baton.datapath.linux.conntrack;

import org.jspecify.annotations.NullMarked;
