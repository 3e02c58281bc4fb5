package dev.coil.scheduler.blob;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Gateways that claim, store and remove one blob of a bucket at once, in every order of their requests, with any of them gone for good
 * between any two requests, and with long pauses anywhere. What was told to be there must be there for the time of grace after the
 * question, and for good if a run names it within that time.
 */
class S3RemovalTest {

    private static final String HELLO = BlobStoreContract.HELLO;
    private static final int GRACE = 1_000;
    private static final int PAUSE = 1_500;

    @TempDir
    private Path directory;

    private Path hello;
    private Incoming incoming;

    @BeforeEach
    void write() throws IOException {
        incoming = new Incoming(directory.resolve("incoming"));
        hello = Files.writeString(directory.resolve("hello"), "hello", UTF_8);
    }

    /** What a gateway does; it must do the same whenever its requests are answered the same. */
    @FunctionalInterface
    private interface Deeds {
        void act(Requests requests) throws IOException;
    }

    private record Story(@Nullable Story before, String last) {
        @Override
        public String toString() {
            return before == null ? last : before + "\n" + last;
        }
    }

    /** All there is at a moment. The clock stands still but for pauses: requests may be as quick as that. */
    private static final class Moment {

        private final TreeMap<String, Integer> objects = new TreeMap<>();
        private final Map<String, List<Object>> answers = new TreeMap<>();
        private final List<Integer> promisedUntil = new ArrayList<>();
        private @Nullable Story story;
        private boolean named;
        private int now = PAUSE;
        private int pausesLeft;

        Moment copy() {
            var copy = new Moment();
            copy.objects.putAll(objects);
            answers.forEach((actor, some) -> copy.answers.put(actor, new ArrayList<>(some)));
            copy.promisedUntil.addAll(promisedUntil);
            copy.story = story;
            copy.named = named;
            copy.now = now;
            copy.pausesLeft = pausesLeft;
            return copy;
        }

        /** What the future depends on. */
        List<Object> key() {
            return List.of(objects, answers, promisedUntil, named, now);
        }

        void check() {
            boolean relied = named || promisedUntil.stream().anyMatch(until -> now <= until);
            if (relied && objects.keySet().stream().noneMatch(key -> key.endsWith("/content"))) {
                throw new AssertionError("the blob is gone that somebody relies on, in this order:\n" + story);
            }
        }
    }

    /** Ends what an actor does when it has made its next request. */
    private static final class Suspended extends Error {
        Suspended() {
            super(null, null, false, false);
        }
    }

    /** The bucket as one gateway sees it: it is given again the answers that it has had, and makes one request more. */
    private final class Requests implements Bucket {

        private final Moment moment;
        private final String actor;
        private final List<Object> answers;
        private int answered;
        private boolean made;

        Requests(Moment moment, String actor) {
            this.moment = moment;
            this.actor = actor;
            this.answers = moment.answers.computeIfAbsent(actor, a -> new ArrayList<>());
        }

        @SuppressWarnings("unchecked")
        <T> T step(String what, Supplier<T> request) {
            if (answered < answers.size()) {
                return (T) answers.get(answered++);
            }
            if (made) {
                throw new Suspended();
            }
            made = true;
            var answer = request.get();
            answers.add(answer);
            answered++;
            moment.story = new Story(moment.story, actor + " " + what + " → " + answer);
            return answer;
        }

        S3Blobs store() {
            return new S3Blobs(this, incoming, () -> "by-" + actor);
        }

        @Override
        public List<Entry> list(String prefix) {
            return step("lists", () -> moment.objects.entrySet().stream()
                    .filter(object -> object.getKey().startsWith(prefix))
                    .map(object -> new Entry(object.getKey(), 5, Instant.ofEpochSecond(object.getValue())))
                    .toList());
        }

        @Override
        public void put(String key, Path file) {
            mark(key);
        }

        @Override
        public void mark(String key) {
            step("puts " + key.substring(key.lastIndexOf('/') + 1), () -> {
                moment.objects.put(key, moment.now);
                return "";
            });
        }

        @Override
        public void delete(String key) {
            step("deletes " + key.substring(key.lastIndexOf('/') + 1), () -> {
                moment.objects.remove(key);
                return "";
            });
        }

        @Override
        public InputStream read(String key, long first, long length) {
            throw new UnsupportedOperationException();
        }
    }

    /** Asks whether the blob is there, and lets a run name it if it is. */
    private static void claim(Requests requests) throws IOException {
        int since = requests.step("begins", () -> requests.moment.now);
        if (requests.store().claim(HELLO)) {
            rely(requests, since);
        }
    }

    /** Stores the blob, and lets a run name it. */
    private void upload(Requests requests) throws IOException {
        int since = requests.step("begins", () -> requests.moment.now);
        requests.store().keep(hello, HELLO);
        rely(requests, since);
    }

    private static void rely(Requests requests, int since) {
        requests.step("is told", () -> requests.moment.promisedUntil.add(since + GRACE));
        requests.step("names", () -> requests.moment.named |= requests.moment.now <= since + GRACE);
    }

    /** Removes the blob if no run names it, as a reaper does that has first read all events. */
    private static void reap(Requests requests) throws IOException {
        var unclaimedSince = requests.store().now().minusSeconds(GRACE);
        if (!requests.step("looks for names", () -> requests.moment.named)) {
            requests.store().remove(HELLO, unclaimedSince);
        }
    }

    /** Removes it without a word to those who claim: what must not be. */
    private static void reapRashly(Requests requests) throws IOException {
        var unclaimedSince = requests.store().now().minusSeconds(GRACE);
        if (requests.list(Copy.prefix(HELLO)).stream()
                .allMatch(entry -> entry.written().isBefore(unclaimedSince))) {
            requests.delete(Copy.prefix(HELLO) + "old/content");
        }
    }

    /** Goes through every order; a gateway that dies is one that has no further turn. Returns how many moments there are. */
    private int explore(int pauses, Map<String, Deeds> gateways) {
        var first = new Moment();
        first.pausesLeft = pauses;
        first.objects.put(Copy.prefix(HELLO) + "old/content", 0);
        var seen = new HashSet<List<Object>>();
        var ahead = new ArrayDeque<Moment>();
        ahead.push(first);
        while (!ahead.isEmpty()) {
            var moment = ahead.pop();
            moment.check();
            if (seen.add(moment.key())) {
                gateways.forEach((name, deeds) -> goOn(moment.copy(), name, deeds, ahead));
                if (moment.pausesLeft > 0) {
                    var later = moment.copy();
                    later.pausesLeft--;
                    later.now += PAUSE;
                    later.story = new Story(later.story, "a long pause");
                    ahead.push(later);
                }
            }
        }
        return seen.size();
    }

    private void goOn(Moment moment, String name, Deeds deeds, ArrayDeque<Moment> ahead) {
        var requests = new Requests(moment, name);
        try {
            deeds.act(requests);
        } catch (Suspended e) {
            ahead.push(moment);
            return;
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        if (requests.made) {
            ahead.push(moment);
        }
    }

    private int explore(int pauses, Object... namesAndDeeds) {
        var gateways = new HashMap<String, Deeds>();
        for (int i = 0; i < namesAndDeeds.length; i += 2) {
            gateways.put((String) namesAndDeeds[i], (Deeds) namesAndDeeds[i + 1]);
        }
        return explore(pauses, gateways);
    }

    @Test
    void shouldKeepWhatTwoWereToldIsThereWhileOneRemoves() {
        assertThat(explore(2, "a", (Deeds) S3RemovalTest::claim, "b", (Deeds) this::upload, "r", (Deeds)
                        S3RemovalTest::reap))
                .isGreaterThan(1_000);
    }

    @Test
    void shouldKeepWhatOneWasToldIsThereWhileTwoRemove() {
        assertThat(explore(2, "a", (Deeds) S3RemovalTest::claim, "q", (Deeds) S3RemovalTest::reap, "r", (Deeds)
                        S3RemovalTest::reap))
                .isGreaterThan(1_000);
    }

    @Test
    void shouldKeepWhatWasStoredAnewWhileTwoRemove() {
        assertThat(explore(1, "a", (Deeds) this::upload, "q", (Deeds) S3RemovalTest::reap, "r", (Deeds)
                        S3RemovalTest::reap))
                .isGreaterThan(1_000);
    }

    @Test
    void shouldFindWhatARashRemovalDoes() {
        assertThatThrownBy(() -> explore(1, "a", (Deeds) S3RemovalTest::claim, "r", (Deeds) S3RemovalTest::reapRashly))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("gone that somebody relies on");
    }
}
