package dev.coil.viewer.notify;

import dev.coil.viewer.forge.ForgeRepository;
import java.net.URI;
import java.util.Optional;

/** What projects say of themselves, now; what changes is seen within some minutes. Any thread asks. */
public interface Projects {

    /** Where the outcomes of its runs are told; empty for nowhere. */
    Optional<ForgeRepository> forge(String project);

    /** Where the pages are, for who sees the forge: {@code https://ci.example.org}. */
    URI pages();
}
