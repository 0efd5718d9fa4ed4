/**
 * The custom resources of {@code egressgateway.spidernet.io/v1beta1}, by EgressGateway's names, so that its users'
 * manifests, scripts and habits carry over. Data only: an absent field is empty text or an empty list, as in Go.
 */
@NullMarked
package dev.baton.bridge.api;

import org.jspecify.annotations.NullMarked;
