package dev.baton.e2e;

import dev.baton.launcher.lab.Requirements;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.util.List;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Skips with one loud line where no lab can be built. */
@Alone
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(NeedsLab.Condition.class)
@interface NeedsLab {
    /** Looks at the user and the tools. */
    final class Condition implements ExecutionCondition {
        @Override
        public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
            List<String> missing = Requirements.missing();
            if (missing.isEmpty()) {
                return ConditionEvaluationResult.enabled("root and all tools");
            }
            System.err.println("SKIPPED " + context.getDisplayName() + ": needs " + missing);
            return ConditionEvaluationResult.disabled("needs " + missing);
        }
    }
}
