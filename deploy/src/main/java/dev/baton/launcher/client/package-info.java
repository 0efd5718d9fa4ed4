/**
 * What a program needs to work with a fleet through Kafka alone: append declarations and wait for the coordinator's
 * answers, and follow the fleet log with the coordinator's own fold. Used by the command line, the lab, the benches and
 * the tests.
 */
@NullMarked
package dev.baton.launcher.client;

import org.jspecify.annotations.NullMarked;
