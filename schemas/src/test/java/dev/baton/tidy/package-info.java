/**
 * The repository's manners as tests: what is checked here holds for every module, so that review is about meaning.
 *
 * <p>Reads the sources below {@code baton.root}; imports nothing of Baton.
 */
@NullMarked
package dev.baton.tidy;

import org.jspecify.annotations.NullMarked;
