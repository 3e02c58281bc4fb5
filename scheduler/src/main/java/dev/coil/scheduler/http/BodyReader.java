package dev.coil.scheduler.http;

import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpObject;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpStatus;
import java.io.ByteArrayOutputStream;
import java.util.concurrent.CompletableFuture;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;

/**
 * Reads a body up to a limit. What is over the limit is read too, but dropped: a client listens to its refusal only when it has said
 * everything. Only what is absurdly long is cut off.
 */
public final class BodyReader implements Subscriber<HttpObject> {

    private static final int PATIENCE = 16;
    private static final int MEBIBYTE = 1024 * 1024;

    private final CompletableFuture<byte[]> whole = new CompletableFuture<>();
    private final int limitMebibytes;
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private long length;

    private BodyReader(int limitMebibytes) {
        this.limitMebibytes = limitMebibytes;
    }

    /** The future fails with a {@link Refused}: 413 if the body is over the limit, 400 if it breaks off. */
    public static CompletableFuture<byte[]> read(HttpRequest request, int limitMebibytes) {
        var reader = new BodyReader(limitMebibytes);
        request.subscribe(reader);
        return reader.whole;
    }

    @Override
    public void onSubscribe(Subscription subscription) {
        whole.exceptionally(refused -> {
            subscription.cancel();
            return new byte[0];
        });
        subscription.request(Long.MAX_VALUE);
    }

    @Override
    public void onNext(HttpObject part) {
        if (!(part instanceof HttpData data)) {
            return;
        }
        length += data.length();
        if (length > (long) limitMebibytes * PATIENCE * MEBIBYTE) {
            whole.completeExceptionally(tooLarge());
        } else if (isTooLarge()) {
            bytes.reset();
        } else {
            bytes.writeBytes(data.array());
        }
    }

    @Override
    public void onError(Throwable failure) {
        whole.completeExceptionally(Refused.badRequest("the body did not arrive whole: " + failure.getMessage()));
    }

    @Override
    public void onComplete() {
        if (isTooLarge()) {
            whole.completeExceptionally(tooLarge());
        } else {
            whole.complete(bytes.toByteArray());
        }
    }

    private boolean isTooLarge() {
        return length > (long) limitMebibytes * MEBIBYTE;
    }

    private Refused tooLarge() {
        return new Refused(
                HttpStatus.REQUEST_ENTITY_TOO_LARGE, "the body is larger than the limit of " + limitMebibytes + " MiB");
    }
}
