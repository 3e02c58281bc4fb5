package dev.coil.viewer.archive;

import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/** Where archives are kept. */
@FunctionalInterface
public interface ArchiveSource {

    /** The archive of this SHA-256 from its beginning; {@code null} if it is not kept any more. The caller closes it. */
    @Nullable
    InputStream open(String sha256) throws IOException;
}
