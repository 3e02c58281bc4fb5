package dev.coil.ops.cli;

import dev.coil.ops.node.Version;
import dev.coil.protocol.tuple.Platforms;
import java.util.LinkedHashMap;
import picocli.CommandLine.Command;

@Command(name = "version", description = "Print the program's version.")
final class VersionCommand extends Verb {

    VersionCommand(World world) {
        super(world);
    }

    @Override
    public Integer call() {
        if (!json) {
            print("coil " + Version.NUMBER);
            return ExitCodes.OK;
        }
        var version = new LinkedHashMap<String, String>();
        version.put("version", Version.NUMBER);
        version.put("java", System.getProperty("java.version"));
        version.put("os", Platforms.system(System.getProperty("os.name")));
        version.put("arch", Platforms.architecture(System.getProperty("os.arch")));
        printJson(version);
        return ExitCodes.OK;
    }
}
