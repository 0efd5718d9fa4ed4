/** Tests of the processes beside a mesh's coordinator. */
@NullMarked
package dev.baton.launcher.mesh;

import org.jspecify.annotations.NullMarked;
