package dev.coil.worker.execute;

import dev.coil.protocol.space.TaskVariables;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All the processes of an attempt: those of the script's session, their descendants, and on Linux also whoever carries the attempt's
 * marker in its environment, as a daemon does that started a session of its own.
 */
final class ProcessTree {

    private static final Logger log = LoggerFactory.getLogger(ProcessTree.class);

    /** Stands for a process that is not there; no process has it as its parent or session. */
    static final long NONE = -1;

    private static final long SELF = ProcessHandle.current().pid();
    private static final long LOOK_MILLIS = 20;
    private static final long DEATH_MILLIS = 5_000;

    private final long leader;
    private final boolean ownSession;
    private final Predicate<String> marker;
    private final long notBefore;
    private final Map<Long, ProcessHandle> remembered = new LinkedHashMap<>();

    private ProcessTree(long leader, boolean ownSession, Predicate<String> marker, long notBefore) {
        this.leader = leader;
        this.ownSession = ownSession;
        this.marker = marker;
        this.notBefore = notBefore;
    }

    /** The tree of a script that was just started. */
    static ProcessTree of(Process leader, boolean ownSession, String marker) {
        var entry = ProcFs.isHere() ? ProcFs.process(leader.pid()) : null;
        return new ProcessTree(leader.pid(), ownSession, marker::equals, entry == null ? 0 : entry.startTicks());
    }

    /**
     * What a former worker left: all that carry such a marker.
     *
     * @param leader of a session, if it is known to be still the same process; otherwise {@link #NONE}
     */
    static ProcessTree leftBy(long leader, Predicate<String> marker) {
        return new ProcessTree(leader, leader != NONE, marker, 0);
    }

    /** Who belongs to it now, on Linux; elsewhere nobody knows in time. */
    Set<Long> members() {
        return ProcFs.isHere() ? livingOnLinux().keySet() : Set.of();
    }

    /** The members that are found without a look at anybody's environment, and so quickly. On Linux alone. */
    List<ProcFs.Entry> family() {
        if (!ProcFs.isHere()) {
            return List.of();
        }
        var all = ProcFs.processes();
        var found = kin(all, process -> false).keySet();
        return all.stream().filter(process -> found.contains(process.pid())).toList();
    }

    /**
     * Ends all of them: asks with SIGTERM, and after the grace kills whoever is left.
     *
     * @return what was there, as {@code name (pid)}
     */
    List<String> kill(Duration grace) throws InterruptedException {
        var found = living();
        if (found.isEmpty()) {
            return List.of();
        }
        var named = new LinkedHashMap<>(found);
        signal("TERM", found.keySet());
        wakeStopped(found.keySet());
        long end = System.nanoTime() + grace.toNanos();
        while (!(found = living()).isEmpty() && System.nanoTime() < end) {
            found.keySet().removeAll(named.keySet());
            if (!found.isEmpty()) {
                named.putAll(found);
                signal("TERM", found.keySet());
            }
            Thread.sleep(LOOK_MILLIS);
        }
        killLeft(found, named);
        return named.entrySet().stream()
                .map(process -> process.getValue() + " (" + process.getKey() + ")")
                .toList();
    }

    /** Again and again, as a process may fork between the look and the signal. */
    private void killLeft(Map<Long, String> found, Map<Long, String> named) throws InterruptedException {
        long end = System.nanoTime() + Duration.ofMillis(DEATH_MILLIS).toNanos();
        for (var left = found; !left.isEmpty(); left = living()) {
            if (System.nanoTime() > end) {
                log.warn("processes {} of a task do not die: the system holds them", left.keySet());
                return;
            }
            named.putAll(left);
            signal("KILL", left.keySet());
            Thread.sleep(LOOK_MILLIS);
        }
    }

    private Map<Long, String> living() {
        return ProcFs.isHere() ? livingOnLinux() : livingElsewhere();
    }

    private Map<Long, String> livingOnLinux() {
        return kin(ProcFs.processes(), this::isMarked);
    }

    private Map<Long, String> kin(List<ProcFs.Entry> all, Predicate<ProcFs.Entry> adopted) {
        var others = new ArrayList<ProcFs.Entry>();
        var found = new LinkedHashMap<Long, String>();
        for (var process : all) {
            if (process.pid() <= 1 || process.pid() == SELF || process.startTicks() < notBefore) {
                continue;
            }
            if ((ownSession && process.session() == leader) || adopted.test(process)) {
                found.put(process.pid(), process.name());
            } else {
                others.add(process);
            }
        }
        while (others.removeIf(process -> {
            boolean child = process.parent() == leader || found.containsKey(process.parent());
            return child && found.putIfAbsent(process.pid(), process.name()) == null;
        })) {
            // A child may stand before its parent in the list.
        }
        return found;
    }

    private boolean isMarked(ProcFs.Entry process) {
        var value = ProcFs.variable(process.pid(), TaskVariables.MARKER);
        return value != null && marker.test(value);
    }

    /** Without a process file system, those that were once seen as descendants are kept in mind. */
    private Map<Long, String> livingElsewhere() {
        ProcessHandle.of(leader).ifPresent(handle -> {
            remembered.put(handle.pid(), handle);
            handle.descendants().forEach(child -> remembered.put(child.pid(), child));
        });
        List.copyOf(remembered.values())
                .forEach(known -> known.descendants().forEach(child -> remembered.put(child.pid(), child)));
        remembered.values().removeIf(handle -> !handle.isAlive());
        var found = remembered.values().stream()
                .collect(Collectors.toMap(
                        ProcessHandle::pid,
                        handle -> handle.info().command().orElse("process"),
                        (a, b) -> a,
                        LinkedHashMap::new));
        if (found.isEmpty() && ownSession && signalGroup("0")) {
            found.put(leader, "process group");
        }
        return found;
    }

    /** Asks each process once, as some take a second SIGTERM for impatience; kills the group at once, so that it cannot grow. */
    private void signal(String name, Set<Long> processes) {
        boolean kill = name.equals("KILL");
        boolean byGroup = ownSession && (kill || !ProcFs.isHere());
        if (byGroup) {
            signalGroup(name);
        }
        for (var pid : processes) {
            if (kill) {
                ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
            } else if (!byGroup) {
                ProcessHandle.of(pid).ifPresent(ProcessHandle::destroy);
            }
        }
    }

    /** One that was stopped hears of a SIGTERM only when it goes on. */
    private static void wakeStopped(Set<Long> processes) throws InterruptedException {
        var stopped = processes.stream()
                .map(ProcFs::process)
                .filter(process -> process != null && process.stopped())
                .map(process -> Long.toString(process.pid()))
                .collect(Collectors.joining(" "));
        if (!stopped.isEmpty()) {
            shell("kill -CONT " + stopped);
        }
    }

    /** Java knows no process groups. @return whether there was one */
    private boolean signalGroup(String name) {
        try {
            return shell("kill -" + name + " -- -" + leader) == 0;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** The way to signals of which Java knows nothing. */
    private static int shell(String command) throws InterruptedException {
        try {
            return new ProcessBuilder("sh", "-c", command)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start()
                    .waitFor();
        } catch (IOException e) {
            log.warn("cannot run '{}': {}", command, e.getMessage());
            return -1;
        }
    }
}
