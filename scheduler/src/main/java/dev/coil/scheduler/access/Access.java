package dev.coil.scheduler.access;

import com.linecorp.armeria.common.HttpStatus;
import dev.coil.protocol.access.AccessRecord;
import dev.coil.protocol.access.AccessRecord.AddKey;
import dev.coil.protocol.access.AccessRecord.Enrol;
import dev.coil.protocol.access.AccessState;
import dev.coil.protocol.access.AccessState.Holder;
import dev.coil.protocol.access.AccessState.Token;
import dev.coil.protocol.access.Role;
import dev.coil.protocol.access.Secret;
import dev.coil.protocol.log.Journal;
import dev.coil.protocol.log.KafkaSettings;
import dev.coil.protocol.log.Topics;
import dev.coil.scheduler.http.Refused;
import dev.coil.scheduler.request.Journals;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Who may do what, as the access log says it now. For many threads. */
public final class Access implements AutoCloseable {

    private final Object lock = new Object();
    private final AccessState state = new AccessState();
    private final Journal<AccessRecord> log;
    private final Secret fleetKey = Secret.newKey();
    private final Secret ownKey = Secret.newKey();
    private final Holder own = new Holder(ownKey.digest(), Role.OPERATOR, "node", null, 0, 0);
    private final Holder fleet = new Holder(fleetKey.digest(), Role.WORKER, "fleet", null, 0, 0);

    /**
     * Returns when everything that the log has at first is known.
     *
     * @throws dev.coil.protocol.log.KafkaUnusable if that cannot be read
     */
    public Access(KafkaSettings kafka) throws InterruptedException {
        log = new Journal<>(kafka, Topics.ACCESS, AccessRecord.class, (at, key, record) -> read(at, record));
        try {
            log.awaitCaughtUp();
        } catch (InterruptedException | RuntimeException e) {
            log.close();
            throw e;
        }
    }

    private void read(long at, @Nullable AccessRecord record) {
        synchronized (lock) {
            state.apply(Objects.requireNonNull(record), at);
        }
    }

    /**
     * The key of workers that reach this node's own Kafka and ZooKeeper, and are told it there. It is this process's alone, and ends with
     * it.
     */
    public Secret fleetKey() {
        return fleetKey;
    }

    /** The key that this node shows to itself. It leaves the process only to come back to it, and ends with it. */
    public Secret ownKey() {
        return ownKey;
    }

    /**
     * Who holds a key; {@code null} if nobody does.
     *
     * @throws Refused with 401 if it has expired, with 503 if nobody knows who may do what
     */
    @Nullable
    Holder holder(Secret key) {
        return good(find(key.digest()));
    }

    private @Nullable Holder find(String digest) {
        if (digest.equals(fleet.key())) {
            return fleet;
        }
        if (digest.equals(own.key())) {
            return own;
        }
        synchronized (lock) {
            return state.holder(digest);
        }
    }

    /** The holder of the key that people call by this id; {@code null} if there is none. */
    @Nullable
    Holder holderById(String id) {
        return good(holders().stream()
                .filter(holder -> Secret.id(holder.key()).equals(id))
                .findFirst()
                .orElse(null));
    }

    private @Nullable Holder good(@Nullable Holder holder) {
        if (log.failure() != null) {
            throw Refused.unavailable("this node no longer knows who may do what; its log says why: restart it");
        }
        if (holder != null && holder.isExpired(System.currentTimeMillis())) {
            throw new Refused(
                    HttpStatus.UNAUTHORIZED,
                    "key " + Secret.id(holder.key()) + " has expired: enrol anew, with a token");
        }
        return holder;
    }

    /** Makes sure that a key is good that lies in the node's own directory. */
    public void ensure(AddKey key) {
        if (find(key.key()) == null) {
            write(key);
        }
    }

    Collection<Holder> holders() {
        synchronized (lock) {
            return state.holders();
        }
    }

    Collection<Token> tokens() {
        synchronized (lock) {
            return state.tokens();
        }
    }

    /**
     * Lets somebody in who has a token. To say the same again does no harm.
     *
     * @throws Refused with 403 and the reason if the token does not let in
     */
    public Holder enrol(Enrol enrol) {
        check(enrol);
        write(enrol);
        synchronized (lock) {
            var holder = state.holder(enrol.key());
            if (holder != null && refusalNow(enrol) == null) {
                return holder;
            }
        }
        check(enrol);
        throw new Refused(HttpStatus.FORBIDDEN, "the key was removed in the same moment: ask an operator");
    }

    private void check(Enrol enrol) {
        synchronized (lock) {
            var refusal = refusalNow(enrol);
            if (refusal != null) {
                throw new Refused(HttpStatus.FORBIDDEN, refusal);
            }
        }
    }

    private @Nullable String refusalNow(Enrol enrol) {
        return state.refusal(enrol, System.currentTimeMillis());
    }

    /**
     * Writes a record, and returns when it counts here.
     *
     * @throws Refused with 503 if Kafka does not take it
     */
    public void write(AccessRecord record) {
        Journals.write(log, "", record);
    }

    /** The digest of the one token or key of these that is called so. @throws Refused with 404 if there is none */
    static String digest(List<String> digests, String what, String id) {
        return digests.stream()
                .filter(digest -> id.length() >= 4 && digest.startsWith(id))
                .reduce((a, b) -> {
                    throw Refused.badRequest("'" + id + "' is the beginning of several: say more of it");
                })
                .orElseThrow(() -> new Refused(HttpStatus.NOT_FOUND, "there is no " + what + " '" + id + "'"));
    }

    @Override
    public void close() {
        log.close();
    }
}
