package dev.baton.e2e.envoy;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Skips the class, with one loud line, where there is no Envoy. */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(NeedsEnvoy.Condition.class)
@interface NeedsEnvoy {
    String VARIABLE = "ENVOY";

    /** Looks at the variable that names the binary. */
    final class Condition implements ExecutionCondition {
        @Override
        public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
            if (Envoy.binary().isPresent()) {
                return ConditionEvaluationResult.enabled(VARIABLE + " is set");
            }
            String wanted = VARIABLE + ", the file envoy in a folder that e2e/src/test/envoy/fetch has filled";
            System.err.println("SKIPPED " + context.getDisplayName() + ": needs " + wanted);
            return ConditionEvaluationResult.disabled("needs " + wanted);
        }
    }
}
