package dev.coil.viewer.forge;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.linecorp.armeria.common.AggregatedHttpRequest;
import dev.coil.protocol.codec.Codec;
import java.net.URLDecoder;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * A request to a fake forge.
 *
 * @param segments of the path below the API, decoded
 * @param body an object without fields if there is none
 */
record Call(String method, List<String> segments, Map<String, String> query, JsonNode body) {

    /** Refused as a forge would. */
    static final class Refused extends RuntimeException {

        private static final long serialVersionUID = 1;

        final int status;

        Refused(int status, String message) {
            super(message);
            this.status = status;
        }
    }

    static Call of(AggregatedHttpRequest request, String prefix) {
        var parts = request.path().split("\\?", 2);
        if (!parts[0].startsWith(prefix + "/")) {
            throw new Refused(404, "not below the API: " + parts[0]);
        }
        var segments = Stream.of(parts[0].substring(prefix.length() + 1).split("/", -1))
                .map(segment -> URLDecoder.decode(segment, UTF_8))
                .toList();
        var query = new TreeMap<String, String>();
        for (var pair : parts.length < 2 ? new String[0] : parts[1].split("&")) {
            var field = pair.split("=", 2);
            if (query.put(field[0], field[1]) != null) {
                throw new Refused(400, "twice in the query: " + field[0]);
            }
        }
        return new Call(request.method().name(), segments, query, json(request));
    }

    private static JsonNode json(AggregatedHttpRequest request) {
        if (request.content().isEmpty()) {
            return Codec.MAPPER.createObjectNode();
        }
        if (request.contentType() == null || !request.contentType().isJson()) {
            throw new Refused(415, "a body that is not declared as JSON");
        }
        try {
            return Codec.MAPPER.readTree(request.contentUtf8());
        } catch (JsonProcessingException e) {
            throw new Refused(400, "a body that is not JSON");
        }
    }

    boolean is(String wantedMethod, String... pattern) {
        if (!method.equals(wantedMethod) || segments.size() != pattern.length) {
            return false;
        }
        for (int i = 0; i < pattern.length; i++) {
            if (!pattern[i].equals("*") && !pattern[i].equals(segments.get(i))) {
                return false;
            }
        }
        return true;
    }

    int number(int segment) {
        if (!segments.get(segment).matches("[0-9]{1,9}")) {
            throw new Refused(404, "not a number: " + segments.get(segment));
        }
        return Integer.parseInt(segments.get(segment));
    }

    /** Nothing is asked for that is not documented. */
    void onlyQuery(String... known) {
        refuseOthers(query.keySet(), Set.of(known));
    }

    /** Only fields that are documented, each a text. */
    void onlyTexts(String... known) {
        var names = new HashSet<String>();
        body.fieldNames().forEachRemaining(names::add);
        refuseOthers(names, Set.of(known));
        for (var name : names) {
            if (!body.path(name).isTextual()) {
                throw new Refused(422, name + " is not a text");
            }
        }
    }

    private static void refuseOthers(Set<String> given, Set<String> known) {
        for (var name : given) {
            if (!known.contains(name)) {
                throw new Refused(422, "unknown: " + name);
            }
        }
    }

    /** A text that has to be there, with something in it. */
    String text(String name, int most) {
        var text = optional(name, most);
        if (text.isEmpty()) {
            throw new Refused(422, name + " is missing");
        }
        return text;
    }

    String optional(String name, int most) {
        var text = body.path(name).asText();
        if (text.length() > most) {
            throw new Refused(422, name + " is too long (maximum is " + most + " characters)");
        }
        return text;
    }
}
