package dev.coil.ops.node;

import java.util.Objects;

/** The version of this program. */
public final class Version {

    /** {@code 0.1.0}; {@code development} where the program runs from its class files. */
    public static final String NUMBER =
            Objects.requireNonNullElse(Version.class.getPackage().getImplementationVersion(), "development");

    private Version() {}
}
