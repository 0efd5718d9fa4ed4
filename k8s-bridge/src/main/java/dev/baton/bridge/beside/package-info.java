/**
 * Who else manages the objects that the bridge writes: pure, told by the watches what they see. EgressGateway's names
 * are those of its chart. Knows no API server.
 */
@NullMarked
package dev.baton.bridge.beside;

import org.jspecify.annotations.NullMarked;
