package dev.coil.viewer.notify;

import dev.coil.protocol.log.ProjectTable;
import dev.coil.protocol.project.ProjectSettings;
import dev.coil.protocol.seal.Seal;
import dev.coil.protocol.seal.SealBroken;
import dev.coil.viewer.forge.ForgeRepository;
import java.net.URI;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The projects that are set up with a forge and a token. */
public final class SetUpProjects implements Projects {

    private static final Logger log = LoggerFactory.getLogger(SetUpProjects.class);

    private final ProjectTable table;
    private final Seal seal;
    private final URI pages;

    /** @param pages the base URL of the pages, for who sees the forge */
    public SetUpProjects(ProjectTable table, Seal seal, URI pages) {
        this.table = table;
        this.seal = seal;
        this.pages = pages;
    }

    @Override
    public Optional<ForgeRepository> forge(String project) {
        return table.settings(project).flatMap(settings -> forge(project, settings));
    }

    private Optional<ForgeRepository> forge(String project, ProjectSettings settings) {
        var forge = settings.forge();
        if (forge == null || settings.token() == null) {
            return Optional.empty();
        }
        try {
            var token = seal.open(ProjectSettings.tokenPlace(project), settings.token());
            return Optional.of(new ForgeRepository(forge.kind(), forge.api(), forge.path(), token));
        } catch (SealBroken | IllegalArgumentException e) {
            log.warn("the forge of {} is not told anything: {}", project, e.getMessage());
            return Optional.empty();
        }
    }

    @Override
    public URI pages() {
        return pages;
    }
}
