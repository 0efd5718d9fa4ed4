/**
 * What the bridge would do, beside what is, as lines that people and programs read: pure functions from what is known.
 * Must not import what talks to the API server.
 */
@NullMarked
package dev.baton.bridge.report;

import org.jspecify.annotations.NullMarked;
