/** Tests of what routes look like to proxies. */
@NullMarked
package dev.baton.xds.render;

import org.jspecify.annotations.NullMarked;
