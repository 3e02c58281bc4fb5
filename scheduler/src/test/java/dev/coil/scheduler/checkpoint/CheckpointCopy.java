package dev.coil.scheduler.checkpoint;

import dev.coil.scheduler.resolver.MemoryState;
import dev.coil.scheduler.store.Identity;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** A state on its way through a checkpoint. */
public final class CheckpointCopy {

    private CheckpointCopy() {}

    /** The state that is loaded from a checkpoint of this one, in pieces of a random size. */
    public static MemoryState of(MemoryState state, Random random) {
        var pieces = new ArrayList<byte[]>();
        var writer = new EntryWriter(1 + random.nextInt(5_000), pieces::add);
        state.forEach(writer);
        var manifest = manifest(new CheckpointId(1, 1, 1), 0, writer.end());
        var loaded = new MemoryState();
        var flaw = load(manifest, pieces, loaded);
        if (!flaw.isEmpty()) {
            throw new AssertionError("a checkpoint cannot be loaded: " + flaw);
        }
        return loaded;
    }

    static Manifest manifest(CheckpointId id, long lastEvent, EntryWriter.Sum sum) {
        return new Manifest(
                id,
                0,
                lastEvent,
                Identity.LAYOUT,
                "cluster",
                "topic",
                sum.pieces(),
                sum.entries(),
                sum.bytes(),
                sum.sha256());
    }

    static String load(Manifest manifest, List<byte[]> pieces, MemoryState into) {
        var reader = new EntryReader(into::load);
        for (int n = 0; n < pieces.size(); n++) {
            reader.take(n, pieces.get(n));
        }
        return reader.end(manifest);
    }
}
