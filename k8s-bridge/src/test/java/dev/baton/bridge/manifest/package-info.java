@NullMarked
package dev.baton.bridge.manifest;

import org.jspecify.annotations.NullMarked;
