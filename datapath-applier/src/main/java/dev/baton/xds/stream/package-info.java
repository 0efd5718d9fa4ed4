/**
 * One client's conversation, without a network: what it asks for and answers goes into a {@link
 * dev.baton.xds.stream.Wire}, what it has to be told comes out. {@link dev.baton.xds.stream.DeltaWire} and {@link
 * dev.baton.xds.stream.SotwWire} speak the protocol's two forms, {@link dev.baton.xds.stream.Conversation} knows what
 * is to be said.
 *
 * <p>What is added is sent from the clusters up, and what uses it only when the client has acknowledged it; what goes
 * is sent the other way round. Nothing is sent twice. Imports {@code resource} and the messages; not thread-safe.
 */
@NullMarked
package dev.baton.xds.stream;

import org.jspecify.annotations.NullMarked;
