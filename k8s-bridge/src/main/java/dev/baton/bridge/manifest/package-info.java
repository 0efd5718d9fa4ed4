/**
 * From manifests and the API server's objects to declarations: pure, strict, all or nothing. Text becomes a tree, each
 * document is read by a reader of its kind that knows every field, pods are matched with policies. No API server, no
 * clock.
 */
@NullMarked
package dev.baton.bridge.manifest;

import org.jspecify.annotations.NullMarked;
