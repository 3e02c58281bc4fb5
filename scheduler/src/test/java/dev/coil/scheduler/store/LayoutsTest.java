package dev.coil.scheduler.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** How entries of older layouts become those of this one. */
class LayoutsTest {

    /** A store of which the log's beginning is gone can only be made of a checkpoint, perhaps one of an older layout. */
    @Test
    void shouldReadEveryLayoutOfWhichThereMayBeCheckpoints() {
        assertThat(Layouts.KNOWN.last())
                .as("Identity.LAYOUT was raised: add the step that leads there to Layouts.KNOWN, and test it")
                .isEqualTo(Identity.LAYOUT);
        for (int layout = Layouts.FIRST; layout <= Identity.LAYOUT; layout++) {
            assertThat(Layouts.KNOWN.reads(layout)).isTrue();
        }
        assertThat(Layouts.KNOWN.reads(Identity.LAYOUT + 1)).isFalse();
        assertThat(Layouts.KNOWN.reads(Layouts.FIRST - 1)).isFalse();
    }

    @Test
    void shouldTakeAllStepsFromAnOlderLayoutOnAndNoOther() {
        Layouts.Step doubled = (key, value, next) -> {
            next.put(key, value);
            next.put(text(text(key) + "'"), value);
        };
        Layouts.Step marked = (key, value, next) -> next.put(key, text(text(value) + "!"));
        var layouts = new Layouts(List.of(doubled, marked));

        assertThat(upgraded(layouts, Layouts.FIRST)).containsExactly("a=1!", "a'=1!");
        assertThat(upgraded(layouts, Layouts.FIRST + 1)).containsExactly("a=1!");
        assertThat(upgraded(layouts, Layouts.FIRST + 2)).containsExactly("a=1");
    }

    private static List<String> upgraded(Layouts layouts, int from) {
        var entries = new ArrayList<String>();
        layouts.from(from, (key, value) -> entries.add(text(key) + "=" + text(value)))
                .put(text("a"), text("1"));
        return entries;
    }

    private static byte[] text(String text) {
        return text.getBytes(UTF_8);
    }

    private static String text(byte[] bytes) {
        return new String(bytes, UTF_8);
    }
}
