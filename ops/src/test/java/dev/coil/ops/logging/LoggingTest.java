package dev.coil.ops.logging;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

class LoggingTest {

    private static final Logger log = LoggerFactory.getLogger(LoggingTest.class);

    @Test
    void shouldLogToAFileUntilItIsClosed(@TempDir Path directory) throws Exception {
        var file = directory.resolve("deeper/node.log");

        var destination = Logging.toFile(file);
        log.error("inside");
        destination.close();
        log.error("outside");

        assertThat(Files.readString(file)).contains("ERROR", "inside").doesNotContain("outside");
    }

    @Test
    void shouldLogNothingUnlessToldWhereTo() {
        var context = new LoggerContext();

        new Logging().configure(context);

        assertThat(context.getLogger(Logger.ROOT_LOGGER_NAME).getEffectiveLevel())
                .isEqualTo(Level.OFF);
    }
}
