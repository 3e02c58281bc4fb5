package dev.coil.protocol.access;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import dev.coil.protocol.tuple.Attributes;
import java.util.SortedMap;
import java.util.SortedSet;
import org.jspecify.annotations.Nullable;

/**
 * A record of the access log: who was let in, and who was shut out. Tokens and keys stand in it by their digests
 * ({@link Secret#digest}); times are milliseconds since the epoch. The type's name on the wire ends with its version.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
@JsonSubTypes({
    @JsonSubTypes.Type(value = AccessRecord.CreateToken.class, name = "CreateToken.1"),
    @JsonSubTypes.Type(value = AccessRecord.Enrol.class, name = "Enrol.1"),
    @JsonSubTypes.Type(value = AccessRecord.AddKey.class, name = "AddKey.1"),
    @JsonSubTypes.Type(value = AccessRecord.RemoveToken.class, name = "RemoveToken.1"),
    @JsonSubTypes.Type(value = AccessRecord.RemoveKey.class, name = "RemoveKey.1"),
})
@JsonInclude(JsonInclude.Include.NON_NULL)
public sealed interface AccessRecord {

    /**
     * Somebody may be let in, once.
     *
     * @param name whose it will be; {@code null} if who comes says that
     * @param facts that a worker must have; {@code trust} is given to it
     * @param labels that a worker may have; no others
     * @param expiresAt until when
     * @param keyLasts for how long the key is good, in milliseconds; 0 for ever
     * @param by who created it
     */
    record CreateToken(
            String token,
            Role role,
            @Nullable String name,
            SortedMap<String, String> facts,
            SortedSet<String> labels,
            long expiresAt,
            long keyLasts,
            String by)
            implements AccessRecord {}

    /**
     * Somebody came with a token, and will show this key from now on. It counts if the token is good then and was not used for another
     * key; whatever else comes with that token later does not.
     *
     * @param name for people
     * @param machine a worker, as it says it is; {@code null} of others
     */
    record Enrol(
            String token, String key, String name, @Nullable Machine machine) implements AccessRecord {}

    /**
     * A worker as it was enrolled.
     *
     * @param worker the machine's own id
     */
    record Machine(String worker, Attributes attributes) {}

    /** Somebody who has the node's own directory adds a key. */
    record AddKey(String key, Role role, String name) implements AccessRecord {}

    /** A token is good for nothing from now on. */
    record RemoveToken(String token, String by) implements AccessRecord {}

    /** A key is good for nothing from now on. */
    record RemoveKey(String key, String by) implements AccessRecord {}
}
