package dev.coil.protocol.graph.schema;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.coil.protocol.codec.Codec;
import dev.coil.protocol.graph.parse.GraphKeys;
import dev.coil.protocol.graph.parse.Shape;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Writes the JSON Schema (draft 2020-12) of the graph file, for editors. It says what the parser checks of a value's form; what
 * names mean to each other only the planner knows.
 */
public final class GraphSchema {

    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
    private static final String SUBSTITUTED = "\\$\\{\\{";

    private final Map<String, ObjectNode> definitions = new LinkedHashMap<>();

    private GraphSchema() {}

    /** The schema as a document. */
    public static ObjectNode schema() {
        return new GraphSchema().write();
    }

    /** The schema as text, ending with a line end. */
    public static String text() {
        try {
            return Codec.MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(schema()) + "\n";
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    private ObjectNode write() {
        var schema = JSON.objectNode();
        schema.put("$schema", "https://json-schema.org/draft/2020-12/schema");
        schema.put("$id", "https://coil.dev/coil.schema.json");
        schema.put("title", "The task graph of a commit (.coil.yml)");
        schema.setAll(keys(GraphKeys.GRAPH));
        var definitionsNode = schema.putObject("$defs");
        definitions.forEach(definitionsNode::set);
        return schema;
    }

    private ObjectNode node(Shape shape) {
        if (shape instanceof Shape.Scalar scalar) {
            return scalar(scalar);
        } else if (shape instanceof Shape.ListOf list) {
            var node = JSON.objectNode().put("type", "array").put("minItems", 1);
            node.set("items", node(list.item()));
            return node;
        } else if (shape instanceof Shape.MapOf map) {
            return map(map);
        } else if (shape instanceof Shape.Keys keys) {
            return reference(keys);
        } else if (shape instanceof Shape.Either either) {
            var node = JSON.objectNode();
            var any = node.putArray("anyOf");
            either.shapes().stream().filter(s -> !(s instanceof Shape.Later)).forEach(s -> any.add(node(s)));
            return any.size() == 1 ? (ObjectNode) any.get(0) : node;
        } else if (shape instanceof Shape.OrNothing optional) {
            var node = JSON.objectNode();
            node.putArray("anyOf").add(node(optional.shape())).addObject().put("type", "null");
            return node;
        }
        var never = JSON.objectNode();
        never.set("not", JSON.objectNode());
        return never;
    }

    /** Maps of known keys are written once. */
    private ObjectNode reference(Shape.Keys keys) {
        var name = keys.name().replaceFirst("^(a|an|the) ", "").replace(' ', '-');
        if (!definitions.containsKey(name)) {
            // holds the place, so that definitions stand in the order in which they are met
            definitions.put(name, JSON.objectNode());
            definitions.put(name, keys(keys));
        }
        return JSON.objectNode().put("$ref", "#/$defs/" + name);
    }

    private ObjectNode keys(Shape.Keys keys) {
        var node = JSON.objectNode().put("type", "object");
        var properties = node.putObject("properties");
        for (var key : keys.keys()) {
            var property = node(key.shape());
            property.put("description", key.isLater() ? key.description() + " Not yet supported." : key.description());
            properties.set(key.name(), property);
        }
        node.putObject("patternProperties").putObject("^x-").put("description", "Free, for anchors and templates.");
        if (keys.others() == null) {
            node.put("additionalProperties", false);
        } else {
            node.set("propertyNames", names(keys.others()));
            node.set("additionalProperties", node(keys.others().value()));
        }
        var required = keys.keys().stream()
                .filter(Shape.Key::required)
                .map(Shape.Key::name)
                .toList();
        if (!required.isEmpty()) {
            var names = node.putArray("required");
            required.forEach(names::add);
        }
        return node;
    }

    private ObjectNode map(Shape.MapOf map) {
        var node = JSON.objectNode().put("type", "object");
        if (map.templates()) {
            node.putObject("patternProperties").putObject("^x-").put("description", "Free, for anchors and templates.");
        }
        node.set("propertyNames", names(map));
        node.set("additionalProperties", node(map.value()));
        return node;
    }

    private static ObjectNode names(Shape.MapOf map) {
        var node = JSON.objectNode();
        if (map.key().pattern() != null) {
            node.put("pattern", whole(map.key()));
        }
        if (map.key().longest() < Integer.MAX_VALUE) {
            node.put("maxLength", map.key().longest());
        }
        return node;
    }

    private static ObjectNode scalar(Shape.Scalar scalar) {
        var node = plain(scalar);
        boolean constrained = scalar.json() != Shape.Json.TEXT
                || scalar.pattern() != null
                || !scalar.words().isEmpty();
        if (!scalar.substituted() || !constrained) {
            return node;
        }
        var either = JSON.objectNode();
        either.putArray("anyOf")
                .add(node)
                .add(JSON.objectNode().put("type", "string").put("pattern", SUBSTITUTED));
        return either;
    }

    private static ObjectNode plain(Shape.Scalar scalar) {
        var node = JSON.objectNode();
        switch (scalar.json()) {
            case BOOLEAN -> node.put("type", "boolean");
            case WHOLE -> node.put("type", "integer").put("minimum", 0);
            case NUMBER -> node.put("type", "number").put("minimum", 0);
            case TEXT -> text(scalar, node);
        }
        return node;
    }

    private static void text(Shape.Scalar scalar, ObjectNode node) {
        if (!scalar.words().isEmpty()) {
            var words = node.putArray("enum");
            for (var word : scalar.words()) {
                words.add(word);
                if (word.equals("true") || word.equals("false")) {
                    // written without quotes it is no text
                    words.add(Boolean.parseBoolean(word));
                }
            }
            return;
        }
        var types = node.putArray("type").add("string");
        // text may look like something else, unless the pattern rules that out
        if (mayBe("1", scalar)) {
            types.add("number");
        }
        if (mayBe("true", scalar)) {
            types.add("boolean");
        }
        if (scalar.mayBeEmpty()) {
            types.add("null");
        }
        if (scalar.pattern() != null) {
            node.put("pattern", whole(scalar));
        }
        if (scalar.longest() < Integer.MAX_VALUE) {
            node.put("maxLength", scalar.longest());
        }
    }

    private static boolean mayBe(String text, Shape.Scalar scalar) {
        return scalar.pattern() == null || scalar.pattern().matcher(text).matches();
    }

    private static String whole(Shape.Scalar scalar) {
        return "^(" + scalar.pattern() + ")$";
    }
}
