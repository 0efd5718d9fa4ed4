/** The agent against a real broker, with a datapath in memory and the coordinator played by the test. */
@NullMarked
package dev.baton.agent;

import org.jspecify.annotations.NullMarked;
