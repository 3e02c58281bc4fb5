package dev.coil.protocol.graph.plan;

import dev.coil.protocol.graph.parse.PlatformDefinition;
import dev.coil.protocol.tuple.Requirement;
import org.jspecify.annotations.Nullable;

/**
 * What an instance asks of a machine.
 *
 * @param platform the entry under {@code platforms}, where it names one
 */
record Machine(Requirement requirement, @Nullable PlatformDefinition platform) {
    static final Machine ANY = new Machine(Requirement.ANY, null);
}
