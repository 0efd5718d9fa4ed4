/**
 * Tests against a real API server and with the real kubectl: unmodified programs in processes of their own, from the
 * folder that the variable KUBE_ASSETS names. {@code kit} starts them; {@code table} holds two tables of behaviour.
 */
@NullMarked
package dev.baton.e2e.kube;

import org.jspecify.annotations.NullMarked;
