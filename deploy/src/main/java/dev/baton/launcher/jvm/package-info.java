/**
 * How Baton's processes are started: their JVM's options, one file each under {@code baton/jvm} for the launcher script
 * and for this code alike, and the cache of loaded classes that lets an agent start in a third of the time.
 *
 * <p>Flow: {@link dev.baton.launcher.jvm.PrepareAgentCommand} runs an agent once and has its JVM write the cache;
 * {@link dev.baton.launcher.jvm.AgentJvm} gives the command line of an agent that uses it, if there is one.
 */
@NullMarked
package dev.baton.launcher.jvm;

import org.jspecify.annotations.NullMarked;
