@NullMarked
package dev.baton.agent.core;

import org.jspecify.annotations.NullMarked;
