/**
 * Kafka's own broker inside this process: for {@code baton up}, the lab and tests.
 *
 * <p>Flow: {@link dev.baton.launcher.broker.BrokerOptions} say where to listen and where to keep data; {@link
 * dev.baton.launcher.broker.EmbeddedBroker}
 * formats the data directories, starts one or three nodes (broker and controller in one) and closes them within a
 * bound. The few Kafka classes that are not public API are named here and nowhere else. Knows nothing of Baton's
 * topics.
 */
@NullMarked
package dev.baton.launcher.broker;

import org.jspecify.annotations.NullMarked;
