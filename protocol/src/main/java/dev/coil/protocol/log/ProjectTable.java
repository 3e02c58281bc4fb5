package dev.coil.protocol.log;

import dev.coil.protocol.project.ProjectSettings;
import java.util.Optional;
import java.util.SortedMap;
import java.util.concurrent.ConcurrentSkipListMap;
import org.jspecify.annotations.Nullable;

/** What the projects are set up with, as their journal says it now. For many threads. */
public final class ProjectTable implements AutoCloseable {

    private final ConcurrentSkipListMap<String, ProjectSettings> projects = new ConcurrentSkipListMap<>();
    private final Journal<ProjectSettings> journal;

    /**
     * Returns when everything that the journal has at first is known.
     *
     * @throws KafkaUnusable if that cannot be read
     */
    public ProjectTable(KafkaSettings kafka) throws InterruptedException {
        journal = new Journal<>(
                kafka, Topics.PROJECTS, ProjectSettings.class, (at, project, settings) -> read(project, settings));
        try {
            journal.awaitCaughtUp();
        } catch (InterruptedException | RuntimeException e) {
            journal.close();
            throw e;
        }
    }

    private void read(String project, @Nullable ProjectSettings settings) {
        if (settings == null) {
            projects.remove(project);
        } else {
            projects.put(project, settings);
        }
    }

    public Optional<ProjectSettings> settings(String project) {
        return Optional.ofNullable(projects.get(project));
    }

    /** By name; goes on to be true while it is read. */
    public SortedMap<String, ProjectSettings> all() {
        return projects;
    }

    /** For writing. */
    public Journal<ProjectSettings> journal() {
        return journal;
    }

    @Override
    public void close() {
        journal.close();
    }
}
