@NullMarked
package dev.baton.bridge.report;

import org.jspecify.annotations.NullMarked;
