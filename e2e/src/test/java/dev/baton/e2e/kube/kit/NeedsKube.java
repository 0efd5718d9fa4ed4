package dev.baton.e2e.kube.kit;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Skips the class, with one loud line, where there is no Kubernetes to start. */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(NeedsKube.Condition.class)
public @interface NeedsKube {
    /** Looks at the variable only: if it names a wrong folder, tests fail. */
    final class Condition implements ExecutionCondition {
        @Override
        public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
            if (KubeAssets.arePresent()) {
                return ConditionEvaluationResult.enabled(KubeAssets.VARIABLE + " is set");
            }
            String missing = "needs " + KubeAssets.VARIABLE
                    + ", a folder whose start.sh starts a Kubernetes API server and whose unpack.sh prints where"
                    + " kubectl is";
            System.err.println("SKIPPED " + context.getDisplayName() + ": " + missing);
            return ConditionEvaluationResult.disabled(missing);
        }
    }
}
