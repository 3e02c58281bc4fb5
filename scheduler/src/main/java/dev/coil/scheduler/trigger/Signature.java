package dev.coil.scheduler.trigger;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.RequestHeaders;
import dev.coil.protocol.project.ForgeKind;
import dev.coil.scheduler.http.Refused;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Whether a delivery comes from who knows the webhook's secret. GitHub and Gitea sign the body as it came (HMAC-SHA256, in hexadecimal),
 * GitLab sends the secret itself. All comparisons take as long whatever they find.
 */
final class Signature {

    private static final String ALGORITHM = "HmacSHA256";

    private Signature() {}

    /** @throws Refused with 401 if it is missing or wrong */
    static void check(ForgeKind kind, String secret, RequestHeaders headers, byte[] body) {
        switch (kind) {
            case GITHUB -> compare("X-Hub-Signature-256", "sha256=" + sign(secret, body), headers);
            case GITEA -> compare("X-Gitea-Signature", sign(secret, body), headers);
            case GITLAB -> compare("X-Gitlab-Token", secret, headers);
        }
    }

    private static void compare(String header, String expected, RequestHeaders headers) {
        var given = headers.get(header.toLowerCase(java.util.Locale.ROOT));
        if (given == null) {
            throw new Refused(
                    HttpStatus.UNAUTHORIZED,
                    "the delivery has no " + header + ": set the webhook's secret at the forge");
        }
        if (!MessageDigest.isEqual(digest(given), digest(expected))) {
            throw new Refused(
                    HttpStatus.UNAUTHORIZED,
                    header + " is not right: the secret at the forge is not the one of 'coil project set'");
        }
    }

    /** Of both sides, so that not even their lengths are told. */
    private static byte[] digest(String text) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(UTF_8));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String sign(String secret, byte[] body) {
        try {
            var mac = Mac.getInstance(ALGORITHM);
            mac.init(new SecretKeySpec(secret.getBytes(UTF_8), ALGORITHM));
            return HexFormat.of().formatHex(mac.doFinal(body));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
