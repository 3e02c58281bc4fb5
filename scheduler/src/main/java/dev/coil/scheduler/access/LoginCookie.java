package dev.coil.scheduler.access;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.linecorp.armeria.common.Cookie;
import com.linecorp.armeria.common.RequestHeaders;
import dev.coil.protocol.access.AccessState.Holder;
import dev.coil.protocol.access.Secret;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.HexFormat;
import java.util.function.Function;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * What a browser keeps after a login: which key it was, until when, and a code (HMAC-SHA-256, RFC 2104) of both under the key's digest,
 * which no one outside has. So every gateway can check it, none has to remember it, and it ends with the key.
 */
final class LoginCookie {

    private static final String NAME = "coil_login";
    private static final Duration LASTS = Duration.ofDays(7);
    private static final Pattern FORM = Pattern.compile("([0-9a-f]{12})\\.([0-9]{1,15})\\.([0-9a-f]{64})");

    private LoginCookie() {}

    /** @param secure whether browsers may send it over TLS alone */
    static String set(Holder holder, boolean secure, long now) {
        var text = Secret.id(holder.key()) + "." + (now + LASTS.toMillis());
        return cookie(text + "." + code(holder, text), LASTS.toSeconds(), secure);
    }

    static String clear(boolean secure) {
        return cookie("", 0, secure);
    }

    private static String cookie(String value, long seconds, boolean secure) {
        return Cookie.secureBuilder(NAME, value)
                .path("/")
                .maxAge(seconds)
                .secure(secure)
                .httpOnly(true)
                .sameSite("Lax")
                .build()
                .toSetCookieHeader();
    }

    /**
     * Whose login it is; {@code null} if the request has none, or none that counts.
     *
     * @param byId finds who holds the key of an id
     */
    static @Nullable Holder of(RequestHeaders headers, Function<String, @Nullable Holder> byId, long now) {
        for (var cookie : headers.cookies()) {
            var form = FORM.matcher(cookie.value());
            if (cookie.name().equals(NAME) && form.matches() && Long.parseLong(form.group(2)) > now) {
                var holder = byId.apply(form.group(1));
                if (holder != null && isEqual(form.group(3), code(holder, form.group(1) + "." + form.group(2)))) {
                    return holder;
                }
            }
        }
        return null;
    }

    private static boolean isEqual(String a, String b) {
        return MessageDigest.isEqual(a.getBytes(UTF_8), b.getBytes(UTF_8));
    }

    private static String code(Holder holder, String text) {
        try {
            var mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(("login " + holder.key()).getBytes(UTF_8), "HmacSHA256"));
            return HexFormat.of().formatHex(mac.doFinal(text.getBytes(UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JVM has HmacSHA256", e);
        }
    }
}
