package dev.baton.launcher;

import java.util.concurrent.Callable;

/**
 * A command that another module adds; found by {@link java.util.ServiceLoader}. Implementations carry picocli's {@code
 * Command} annotation.
 */
public interface Subcommand extends Callable<Integer> {}
