package dev.baton.datapath.linux;

import dev.baton.datapath.linux.nft.TrafficForm;
import dev.baton.datapath.linux.tool.RunTool;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Skips with one loud line where namespaces cannot be made. */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(NeedsRootAndTools.Condition.class)
public @interface NeedsRootAndTools {
    /** Looks at the user and the PATH. */
    final class Condition implements ExecutionCondition {
        @Override
        public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
            var missing = new ArrayList<>(LinuxDatapath.missingTools(TrafficForm.IPTABLES));
            missing.addAll(RunTool.missing(List.of("iptables", "ip6tables", "tcpdump")));
            if (!"root".equals(System.getProperty("user.name"))) {
                missing.add("root");
            }
            if (missing.isEmpty()) {
                return ConditionEvaluationResult.enabled("root and all tools");
            }
            System.err.println("SKIPPED " + context.getDisplayName() + ": needs " + missing);
            return ConditionEvaluationResult.disabled("needs " + missing);
        }
    }
}
