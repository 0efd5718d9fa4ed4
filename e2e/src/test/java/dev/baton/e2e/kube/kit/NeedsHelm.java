package dev.baton.e2e.kube.kit;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Skips the class, with one loud line, where there is no Helm. */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(NeedsHelm.Condition.class)
public @interface NeedsHelm {
    String VARIABLE = "HELM";

    /** Looks at the variable that names the program. */
    final class Condition implements ExecutionCondition {
        @Override
        public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
            String helm = System.getenv(VARIABLE);
            if (helm != null && !helm.isBlank()) {
                return ConditionEvaluationResult.enabled(VARIABLE + " is set");
            }
            String missing = "needs " + VARIABLE + ", the path of Helm 3";
            System.err.println("SKIPPED " + context.getDisplayName() + ": " + missing);
            return ConditionEvaluationResult.disabled(missing);
        }
    }
}
