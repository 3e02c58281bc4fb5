package dev.coil.ops.cli;

import dev.coil.ops.node.EmbeddedNode;
import dev.coil.ops.node.NodeConfig;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "up",
        description = {
            "Run a node with everything in it, in the foreground, until it is told to stop.",
            "Its data lies in $COIL_HOME and is there again after the next start."
        })
final class UpCommand extends Verb {

    @Option(names = "--port", paramLabel = "N", description = "The HTTP port; 0 for a free one (default: 8080).")
    private int port = NodeConfig.DEFAULT_PORT;

    UpCommand(World world) {
        super(world);
    }

    @Override
    public Integer call() {
        var stopped = new CountDownLatch(1);
        NodeConfig config;
        try {
            config = NodeConfig.defaults(world.home()).withPort(port);
        } catch (IllegalArgumentException e) {
            throw CommandFailed.usage(e.getMessage());
        }
        try (var node = EmbeddedNode.start(config)) {
            world.interrupts().listen(code -> stopped.countDown());
            if (json) {
                printJson(Map.of("url", node.url().toString()));
            } else {
                print(node.url().toString());
            }
            world.out().flush();
            note("the node is up, with its data in " + world.home() + "; Ctrl-C stops it");
            stopped.await();
            note("stopping");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return world.interrupts().code();
    }
}
