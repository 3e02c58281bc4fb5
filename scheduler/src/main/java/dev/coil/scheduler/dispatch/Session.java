package dev.coil.scheduler.dispatch;

import dev.coil.protocol.graph.Resources;
import dev.coil.protocol.graph.TaskRef;
import dev.coil.protocol.pause.Pause;
import dev.coil.protocol.space.Capacity;
import dev.coil.protocol.space.ClaimId;
import dev.coil.protocol.space.FairShare;
import dev.coil.protocol.tuple.Attributes;
import dev.coil.protocol.tuple.OwnerRules;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A worker that speaks HTTP, as one gateway knows it. For the dispatcher's thread alone, but for {@link #hear}. */
final class Session {

    private static final int INCARNATION = 16;
    private static final int PROJECTS = 32;
    private static final int ERRORS = 32;
    private static final long AVOIDANCE_NANOS = TimeUnit.SECONDS.toNanos(30);

    final String id;

    /** The digest of the key of the worker whose session it is; {@code null} where none is needed. */
    final @Nullable String owner;

    private WorkerHello hello;
    private Capacity capacity;
    final FairShare shares = new FairShare();
    final Deque<Poll> polls = new ArrayDeque<>();
    final Set<Lease> leases = new HashSet<>();

    /** What its tasks reserve, those included whose claims have no answer yet. */
    private final List<Resources> taken = new ArrayList<>();

    /** What is claimed under from now on. */
    private String incarnation = newIncarnation();

    private long nonce;

    /** The task for which it takes nothing else until there is room; {@code null} for none. */
    @Nullable
    TaskRef reservation;

    /** What wants it to take nothing new; {@code null} if so nobody does. */
    @Nullable
    Pause drained;

    /** The projects that it worked for last, whose sources it should still have. */
    private final Map<String, Boolean> projects = lastOnes(PROJECTS);

    /** The tasks that ended with errors on it, and when. */
    private final Map<TaskRef, Long> errors = lastOnes(ERRORS);

    private volatile long heard = System.nanoTime();

    Session(String id, WorkerHello hello, @Nullable String owner) {
        this.id = id;
        this.owner = owner;
        this.hello = hello;
        capacity = new Capacity(hello.slots(), hello.attributes());
    }

    private static String newIncarnation() {
        return UUID.randomUUID().toString().replace("-", "").substring(0, INCARNATION);
    }

    private static <K, V> Map<K, V> lastOnes(int most) {
        return new LinkedHashMap<>(4, 0.75f, true) {
            @Override
            protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
                return size() > most;
            }
        };
    }

    /** The worker said something. */
    void hear() {
        heard = System.nanoTime();
    }

    long heard() {
        return heard;
    }

    WorkerHello hello() {
        return hello;
    }

    /** What it says of itself from now on; what it holds is still reserved. */
    void hello(WorkerHello now) {
        hello = now;
        capacity = new Capacity(now.slots(), now.attributes());
        taken.forEach(capacity::take);
    }

    Attributes attributes() {
        return hello.attributes();
    }

    /** Which tasks its owner lets it take. */
    OwnerRules rules() {
        return hello.rules();
    }

    String incarnation() {
        return incarnation;
    }

    /** The one before was given up by the owners: its claims are refused from now on. */
    void beginAnew() {
        incarnation = newIncarnation();
        nonce = 0;
    }

    ClaimId nextClaim() {
        return new ClaimId(incarnation, ++nonce);
    }

    boolean isTaking() {
        return !hello.draining() && hello.unfit() == null && drained == null;
    }

    /** Whether it waits for a task, and may have one. */
    boolean isIdle() {
        return !polls.isEmpty() && isTaking() && capacity.free() > 0;
    }

    boolean fits(Resources resources) {
        return capacity.fits(resources);
    }

    int free() {
        return capacity.free();
    }

    /** The part of its slots that is taken, from 0 to 1. */
    double load() {
        return 1 - capacity.free() / (double) Math.max(1, hello.slots());
    }

    /** Whether it should have the project's sources, as it worked for it not long ago. */
    boolean knows(String project) {
        return projects.containsKey(project);
    }

    void workedFor(String project) {
        projects.put(project, true);
    }

    /** The task ended with an error of the infrastructure on it: others have their chance first. */
    void avoid(TaskRef task) {
        errors.put(task, System.nanoTime());
    }

    boolean avoids(TaskRef task) {
        var since = errors.get(task);
        return since != null && System.nanoTime() - since < AVOIDANCE_NANOS;
    }

    int slots(Resources resources) {
        return capacity.slots(resources);
    }

    void take(Resources resources) {
        taken.add(resources);
        capacity.take(resources);
    }

    void release(Resources resources) {
        taken.remove(resources);
        capacity.release(resources);
    }
}
