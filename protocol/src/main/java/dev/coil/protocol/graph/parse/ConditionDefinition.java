package dev.coil.protocol.graph.parse;

import dev.coil.protocol.graph.expression.Expression;
import java.util.function.IntFunction;

/**
 * An {@code if}.
 *
 * @param place from an offset in the expression's text to the place in the file
 */
public record ConditionDefinition(Expression expression, IntFunction<Position> place) {}
