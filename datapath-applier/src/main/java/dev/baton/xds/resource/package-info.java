/**
 * What a client is shown: {@link dev.baton.xds.resource.Resources}, an immutable set of xDS resources, each with a
 * version of its own. Imports the messages only.
 */
@NullMarked
package dev.baton.xds.resource;

import org.jspecify.annotations.NullMarked;
