package dev.coil.ops.cli;

import dev.coil.ops.client.NodeClient;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import picocli.CommandLine.Command;

@Command(name = "pauses", description = "List what is paused, and the workers that are drained.")
final class PausesCommand extends Verb {

    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm 'UTC'", Locale.ROOT).withZone(ZoneOffset.UTC);

    PausesCommand(World world) {
        super(world);
    }

    @Override
    public Integer call() {
        var pauses = Nodes.client(world).pausesJson();
        if (json) {
            printJson(pauses);
            return ExitCodes.OK;
        }
        var table = new Table("PAUSED", "BY", "SINCE", "UNTIL", "REASON");
        for (var pause : NodeClient.pauses(pauses)) {
            table.row(
                    pause.quarantine() ? pause.what() + " (quarantine)" : pause.what(),
                    pause.by(),
                    TIME.format(pause.since()),
                    pause.until() == null ? "" : TIME.format(pause.until()),
                    pause.reason());
        }
        if (table.isEmpty()) {
            note("nothing is paused");
        } else {
            table.lines().forEach(this::print);
        }
        return ExitCodes.OK;
    }
}
