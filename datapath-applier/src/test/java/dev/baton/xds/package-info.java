/** Tests of the xDS server over real connections. */
@NullMarked
package dev.baton.xds;

import org.jspecify.annotations.NullMarked;
