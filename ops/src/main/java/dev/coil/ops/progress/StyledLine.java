package dev.coil.ops.progress;

import dev.coil.ops.progress.Style.Colour;
import java.util.ArrayList;
import java.util.List;

/** A line of differently coloured parts that knows how wide it is, so that it can be cut without cutting a colour. */
final class StyledLine {

    private record Part(Colour colour, String text) {}

    private final List<Part> parts = new ArrayList<>();

    StyledLine add(String text) {
        return add(Colour.NONE, text);
    }

    StyledLine add(Colour colour, String text) {
        parts.add(new Part(colour, text));
        return this;
    }

    /** @param width how many columns there are; what is longer ends in an ellipsis */
    String render(int width, Style style) {
        int length = parts.stream().mapToInt(part -> part.text().length()).sum();
        var ellipsis = length > width ? style.ellipsis() : "";
        int room = Math.max(0, length > width ? width - ellipsis.length() : length);
        var line = new StringBuilder();
        for (var part : parts) {
            var text = part.text().substring(0, Math.min(room, part.text().length()));
            room -= text.length();
            line.append(style.paint(part.colour(), text));
        }
        return line.append(ellipsis).toString();
    }
}
