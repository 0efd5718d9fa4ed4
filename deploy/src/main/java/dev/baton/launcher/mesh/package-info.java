/**
 * The processes beside a mesh's coordinator: {@link dev.baton.launcher.mesh.ProberService} asks endpoints how they are,
 * {@link dev.baton.launcher.mesh.XdsService} gives proxies their routes.
 * Both read the routes from the log, and write what they see into the log of observers.
 */
@NullMarked
package dev.baton.launcher.mesh;

import org.jspecify.annotations.NullMarked;
