/** Tests that see all modules: the walls between them, and everything running together. */
@NullMarked
package dev.baton.e2e;

import org.jspecify.annotations.NullMarked;
