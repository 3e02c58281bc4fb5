package dev.coil.protocol.space;

import com.fasterxml.jackson.annotation.JsonInclude;
import org.jspecify.annotations.Nullable;

/**
 * Why a tuple left the space: the header of the record that removes it.
 *
 * @param epoch of the owner that removed it
 * @param attempt the attempt that it was
 * @param winner the accepted claim; {@code null} if it was withdrawn
 * @param reason why it was withdrawn; {@code null} if it was claimed
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Tombstone(
        long epoch,
        int attempt,
        @Nullable ClaimId winner,
        @Nullable String reason) {}
