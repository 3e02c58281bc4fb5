package dev.coil.ops.logging;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ConfiguratorRank;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.OutputStreamAppender;
import ch.qos.logback.core.rolling.FixedWindowRollingPolicy;
import ch.qos.logback.core.rolling.RollingFileAppender;
import ch.qos.logback.core.rolling.SizeBasedTriggeringPolicy;
import ch.qos.logback.core.spi.ContextAwareBase;
import ch.qos.logback.core.util.FileSize;
import java.nio.file.Path;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs nothing until a long-running part of the program says where to: what a command has to tell its user it prints itself. Found by
 * Logback as a service; a {@code logback.xml} or {@code logback-test.xml} on the class path goes first. (Code rather than XML, as
 * parsing that would take a good part of a short command's time.)
 */
@ConfiguratorRank(ConfiguratorRank.FALLBACK + 1)
public final class Logging extends ContextAwareBase implements Configurator {

    private static final String PATTERN = "%d{yyyy-MM-dd'T'HH:mm:ss.SSSXXX} %-5level [%thread] %logger{24}: %msg%n";
    private static final String FILE_SIZE = "10MB";
    private static final int OLD_FILES = 3;

    @Override
    public ExecutionStatus configure(LoggerContext context) {
        root(context).setLevel(Level.OFF);
        return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
    }

    /** Where a part of the program logs to, until it closes this. */
    public interface Destination extends AutoCloseable {
        @Override
        void close();
    }

    /** Logs to this file, which is rolled over by its size. */
    public static Destination toFile(Path file) {
        var context = context();
        var appender = new RollingFileAppender<ILoggingEvent>();
        appender.setFile(file.toString());

        var rolling = new FixedWindowRollingPolicy();
        rolling.setContext(context);
        rolling.setParent(appender);
        rolling.setFileNamePattern(file + ".%i");
        rolling.setMaxIndex(OLD_FILES);
        rolling.start();

        var trigger = new SizeBasedTriggeringPolicy<ILoggingEvent>();
        trigger.setContext(context);
        trigger.setMaxFileSize(FileSize.valueOf(FILE_SIZE));
        trigger.start();

        appender.setRollingPolicy(rolling);
        appender.setTriggeringPolicy(trigger);
        return start(context, appender);
    }

    /** Logs to standard error. */
    public static Destination toStandardError() {
        var appender = new ConsoleAppender<ILoggingEvent>();
        appender.setTarget("System.err");
        return start(context(), appender);
    }

    private static Destination start(LoggerContext context, OutputStreamAppender<ILoggingEvent> appender) {
        var encoder = new PatternLayoutEncoder();
        encoder.setContext(context);
        encoder.setPattern(PATTERN);
        encoder.start();
        appender.setContext(context);
        appender.setEncoder(encoder);
        appender.start();

        var root = root(context);
        root.addAppender(appender);
        if (root.getLevel() == Level.OFF) {
            root.setLevel(Level.WARN);
            context.getLogger("dev.coil").setLevel(Level.INFO);
            // Every start of a node is full of these, and none of them is for whoever runs a node.
            context.getLogger("org.apache.kafka.controller.QuorumController").setLevel(Level.ERROR);
            context.getLogger("org.apache.kafka.clients.NetworkClient").setLevel(Level.ERROR);
            context.getLogger("org.apache.zookeeper.server.ServerCnxnFactory").setLevel(Level.ERROR);
            context.getLogger("io.micrometer").setLevel(Level.ERROR);
        }
        return () -> {
            root.detachAppender(appender);
            appender.stop();
        };
    }

    /** While another thread is the first one to ask, there is a substitute. */
    private static LoggerContext context() {
        while (true) {
            if (LoggerFactory.getILoggerFactory() instanceof LoggerContext context) {
                return context;
            }
            LockSupport.parkNanos(1_000_000);
        }
    }

    private static ch.qos.logback.classic.Logger root(LoggerContext context) {
        return context.getLogger(Logger.ROOT_LOGGER_NAME);
    }
}
