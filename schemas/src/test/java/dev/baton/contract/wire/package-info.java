/** Tests of the logs' bytes: round trips of every kind, shipped schemas, golden bytes. */
@NullMarked
package dev.baton.contract.wire;

import org.jspecify.annotations.NullMarked;
