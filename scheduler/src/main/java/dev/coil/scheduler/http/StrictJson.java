package dev.coil.scheduler.http;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.util.stream.Collectors;

/**
 * Reads what people and programs send: unlike the records of the logs, a body with a field that nobody knows is refused, as it
 * is most likely a misspelling.
 */
public final class StrictJson {

    private static final ObjectMapper MAPPER = JsonMapper.builder(new JsonFactoryBuilder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxStringLength(Integer.MAX_VALUE)
                            .build())
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .build())
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
            .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
            .build();

    private StrictJson() {}

    /** @throws Refused with 400, saying what is wrong and where */
    public static <T> T read(Class<T> type, byte[] body) {
        try {
            var value = MAPPER.readValue(body, type);
            if (value == null) {
                throw Refused.badRequest("the body is null; expected a JSON object");
            }
            return value;
        } catch (JacksonException e) {
            throw Refused.badRequest("the body" + place(e.getLocation()) + ": " + describe(e));
        } catch (IOException e) {
            throw Refused.badRequest("the body cannot be read as JSON: " + e.getMessage());
        }
    }

    private static String place(JsonLocation location) {
        return location == null ? "" : ", line " + location.getLineNr() + ", column " + location.getColumnNr();
    }

    private static String describe(JacksonException e) {
        if (e instanceof UnrecognizedPropertyException unknown) {
            var known =
                    unknown.getKnownPropertyIds().stream().map(String::valueOf).sorted();
            return "unknown field '" + path(unknown) + "'; known here: " + known.collect(Collectors.joining(", "));
        }
        if (e instanceof JsonMappingException mapping && !mapping.getPath().isEmpty()) {
            return "field '" + path(mapping) + "': " + firstSentence(e.getOriginalMessage());
        }
        if (e instanceof JsonParseException) {
            return "not JSON: " + firstSentence(e.getOriginalMessage());
        }
        return firstSentence(e.getOriginalMessage());
    }

    private static String path(JsonMappingException e) {
        var path = new StringBuilder();
        for (var step : e.getPath()) {
            if (step.getFieldName() == null) {
                path.append('[').append(step.getIndex()).append(']');
            } else {
                path.append(path.isEmpty() ? "" : ".").append(step.getFieldName());
            }
        }
        return path.toString();
    }

    private static String firstSentence(String message) {
        int end = message.indexOf('\n');
        return end < 0 ? message : message.substring(0, end);
    }
}
