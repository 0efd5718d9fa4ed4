/**
 * Admission: the API server asks here before it stores an object. It checks rules that need other objects, and fills
 * in defaults that EgressGateway's users rely on. The judging part ({@code Admission}) is pure: a request and the
 * cluster's objects in, a verdict out; the rest is a small HTTPS server and its certificate.
 *
 * <p>It is a courtesy: the API server goes on without it (failurePolicy Ignore), the coordinator judges again whatever
 * came in and says in a condition what it refuses. So a cluster without the webhook is safe, only less polite.
 */
@NullMarked
package dev.baton.bridge.admission;

import org.jspecify.annotations.NullMarked;
