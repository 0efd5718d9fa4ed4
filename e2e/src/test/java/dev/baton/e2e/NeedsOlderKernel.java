package dev.baton.e2e;

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

/** Skips the class, with one loud line, where no older kernel can be booted. */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(NeedsOlderKernel.Condition.class)
@interface NeedsOlderKernel {
    String VARIABLE = "OLDER_KERNEL";

    /** Looks at the variable that names the kernel's folder, and for the tools. */
    final class Condition implements ExecutionCondition {
        private static final List<String> TOOLS = List.of(
                "qemu-system-x86_64", "cpio", "modprobe", "ip", "nft", "iptables", "ipset", "tcpdump", "sysctl");

        @Override
        public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
            var missing = new ArrayList<>(RunTool.missing(TOOLS));
            String kernel = System.getenv(VARIABLE);
            if (kernel == null || kernel.isBlank()) {
                missing.add(VARIABLE + ", the folder that e2e/src/test/older-kernel/fetch has filled");
            }
            if (missing.isEmpty()) {
                return ConditionEvaluationResult.enabled(VARIABLE + " is set");
            }
            System.err.println("SKIPPED " + context.getDisplayName() + ": needs " + missing);
            return ConditionEvaluationResult.disabled("needs " + missing);
        }
    }
}
