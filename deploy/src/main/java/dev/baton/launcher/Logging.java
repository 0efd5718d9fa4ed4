package dev.baton.launcher;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ConfiguratorRank;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.spi.ContextAwareBase;
import java.util.Optional;
import org.slf4j.Logger;

/**
 * Configures logging: key=value lines on standard error. In code and not in a file, because reading XML makes an
 * agent load four hundred classes more. {@code BATON_LOG} (default INFO) is Baton's own level, {@code
 * BATON_LOG_LIBRARIES}
 * (default ERROR) that of all others; both may be set in the environment or as system properties. For anything else,
 * name a logback file by {@code -Dlogback.configurationFile}.
 */
@ConfiguratorRank(ConfiguratorRank.CUSTOM_TOP_PRIORITY)
public final class Logging extends ContextAwareBase implements Configurator {
    private static final String PATTERN =
            "%d{yyyy-MM-dd'T'HH:mm:ss.SSSXXX} level=%level logger=%logger{20} %msg%n%ex{6}";

    /** Set for a process that a test starts with its own class path and that should log as users see it. */
    private static final String FORCED = "baton.logging";

    @Override
    public ExecutionStatus configure(LoggerContext context) {
        if (isConfiguredElsewhere()) {
            return ExecutionStatus.INVOKE_NEXT_IF_ANY;
        }
        Level own = level("BATON_LOG", Level.INFO);
        context.getLogger("baton").setLevel(own);
        context.getLogger("dev.baton").setLevel(own);
        // These classes log with a stack trace what their callers log in one line.
        context.getLogger("io.apicurio.registry.resolver.cache").setLevel(Level.OFF);
        context.getLogger("io.vertx.core.net.impl.ConnectionBase").setLevel(Level.OFF);
        var root = context.getLogger(Logger.ROOT_LOGGER_NAME);
        root.setLevel(level("BATON_LOG_LIBRARIES", Level.ERROR));
        root.addAppender(standardError(context));
        return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
    }

    private static boolean isConfiguredElsewhere() {
        boolean asked = System.getProperty("logback.configurationFile") != null;
        boolean inTest = Logging.class.getResource("/logback-test.xml") != null && !Boolean.getBoolean(FORCED);
        return asked || inTest;
    }

    private static ConsoleAppender<ILoggingEvent> standardError(LoggerContext context) {
        var encoder = new PatternLayoutEncoder();
        encoder.setContext(context);
        encoder.setPattern(PATTERN);
        encoder.start();
        var appender = new ConsoleAppender<ILoggingEvent>();
        appender.setContext(context);
        appender.setTarget("System.err");
        appender.setEncoder(encoder);
        appender.start();
        return appender;
    }

    private static Level level(String name, Level otherwise) {
        return Optional.ofNullable(System.getProperty(name))
                .or(() -> Optional.ofNullable(System.getenv(name)))
                .map(text -> Level.toLevel(text, otherwise))
                .orElse(otherwise);
    }
}
