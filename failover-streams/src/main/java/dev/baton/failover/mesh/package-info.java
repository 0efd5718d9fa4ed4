/**
 * The two folds of a mesh as {@link dev.baton.failover.runner.FoldRunner} runs them: {@link
 * dev.baton.failover.mesh.HealthFold} and {@link dev.baton.failover.mesh.RoutingFold}.
 */
@NullMarked
package dev.baton.failover.mesh;

import org.jspecify.annotations.NullMarked;
