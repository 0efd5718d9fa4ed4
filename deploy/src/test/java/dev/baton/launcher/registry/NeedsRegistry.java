package dev.baton.launcher.registry;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;

/** A test against a registry that Maven has unpacked because this variable is set. */
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@EnabledIfEnvironmentVariable(
        named = "BATON_TEST_REGISTRY",
        matches = ".+",
        disabledReason = "BATON_TEST_REGISTRY=1 fetches a registry (158 MB) and runs this against it")
@interface NeedsRegistry {}
