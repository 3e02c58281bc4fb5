package dev.coil.scheduler.store;

import java.util.List;

/**
 * How the entries of older layouts become those of {@link Identity#LAYOUT}. A store of an older layout is made anew, but where the
 * beginning of its log is gone, it can only be made of a checkpoint, which may be of an older layout itself. So whoever changes the layout
 * adds the step that leads there from the one before.
 */
public final class Layouts {

    /** The oldest layout of which there are checkpoints. */
    static final int FIRST = 5;

    /** What leads from one layout to the next. */
    public interface Step {
        /** Puts what becomes of an entry; nothing, one or several. Their order does not matter. */
        void upgrade(byte[] key, byte[] value, EntrySink next);
    }

    /** Those that this program knows. */
    public static final Layouts KNOWN = new Layouts(List.of());

    private final List<Step> steps;

    /** @param steps the first one leads from {@link #FIRST} to the next layout */
    Layouts(List<Step> steps) {
        this.steps = steps;
    }

    /** The one that all of them lead to. */
    int last() {
        return FIRST + steps.size();
    }

    /** Whether entries of a layout can be made ones of the last layout. */
    public boolean reads(int layout) {
        return layout >= FIRST && layout <= last();
    }

    /** Takes entries of a layout, and gives those of the last one to {@code sink}. */
    public EntrySink from(int layout, EntrySink sink) {
        var next = sink;
        for (int to = last(); to > layout; to--) {
            var step = steps.get(to - 1 - FIRST);
            var after = next;
            next = (key, value) -> step.upgrade(key, value, after);
        }
        return next;
    }
}
