/**
 * Schema ids from a registry with Apicurio's API, for sites that have one; off by default.
 *
 * <p>Flow: {@link dev.baton.launcher.registry.RegistrySchemas} takes the place of the ids in the jar; the bytes keep
 * their form. The registry's client is heavy: {@link dev.baton.launcher.registry.RegistryCodec} and what it needs are
 * loaded only by a process that was given a registry, and may be missing elsewhere. Why the jar is the default: {@code
 * schemas/decisions/0001-schema-ids-from-the-jar.md}.
 */
@NullMarked
package dev.baton.launcher.registry;

import org.jspecify.annotations.NullMarked;
