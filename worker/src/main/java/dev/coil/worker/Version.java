package dev.coil.worker;

import java.util.Objects;

/** Of this program, as its jar says. */
final class Version {

    private Version() {}

    static String text() {
        return Objects.requireNonNullElse(Version.class.getPackage().getImplementationVersion(), "development");
    }
}
