/**
 * What tests against a real API server stand on: the server and its programs, kubectl, a whole fleet beside it, and
 * proxies that break the way to it.
 */
@NullMarked
package dev.baton.e2e.kube.kit;

import org.jspecify.annotations.NullMarked;
