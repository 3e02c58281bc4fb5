package dev.coil.protocol.graph.parse;

import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A value that is not text, and that may depend on the matrix: a duration, a truth, a priority. */
public final class Setting<T> {

    private final Template template;
    private final Shape.Scalar shape;
    private final Function<String, T> conversion;

    Setting(Template template, Shape.Scalar shape, Function<String, T> conversion) {
        this.template = template;
        this.shape = shape;
        this.conversion = conversion;
    }

    public Template template() {
        return template;
    }

    /** The value for an instance; {@code null} where it is empty or, which goes to the problems, is not what is expected. */
    public @Nullable T value(Map<String, String> matrix, Problems problems) {
        var text = template.text(matrix);
        if (text.isEmpty()) {
            return null;
        }
        var hint = ShapeChecker.complaint(text, shape);
        if (hint != null) {
            problems.add(
                    template.at(),
                    "expected " + shape.expected() + ", got '" + text + "' from " + template,
                    hint.isEmpty() ? null : hint);
            return null;
        }
        return conversion.apply(text);
    }
}
