/**
 * Runs the node's own tools ({@code ip}, {@code bridge}, {@code nft}, {@code sysctl}) in the network namespace that is
 * programmed, and takes their output apart. {@link dev.baton.datapath.linux.tool.RunTool} starts a tool for one task;
 * {@link dev.baton.datapath.linux.tool.ResidentTool} keeps one running. Knows nothing of EIPs.
 */
@NullMarked
package dev.baton.datapath.linux.tool;

import org.jspecify.annotations.NullMarked;
