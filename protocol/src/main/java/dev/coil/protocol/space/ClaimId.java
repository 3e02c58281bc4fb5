package dev.coil.protocol.space;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;

/**
 * The fencing token of a claim.
 *
 * @param incarnation of the worker that claims; holds no {@code -}
 * @param nonce counts the incarnation's claims
 */
public record ClaimId(String incarnation, long nonce) {

    /** @throws IllegalArgumentException if the text is no claim id */
    @JsonCreator
    public static ClaimId parse(String text) {
        int dash = text.lastIndexOf('-');
        if (dash < 1) {
            throw new IllegalArgumentException("'" + text + "' is no claim id: expected incarnation-nonce");
        }
        return new ClaimId(text.substring(0, dash), Long.parseLong(text.substring(dash + 1)));
    }

    @JsonValue
    @Override
    public String toString() {
        return incarnation + '-' + nonce;
    }
}
