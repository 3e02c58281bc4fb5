package dev.coil.protocol.graph.parse;

import java.math.BigDecimal;

/**
 * An entry under {@code platforms}.
 *
 * @param requirement its form is always a map, without a platform
 * @param timeoutFactor what timeouts are multiplied with
 * @param queueTimeoutMillis 0 for none
 */
public record PlatformDefinition(
        Located<String> name,
        RunsOn requirement,
        BigDecimal timeoutFactor,
        boolean allowFailure,
        long queueTimeoutMillis) {}
