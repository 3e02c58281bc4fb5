package dev.coil.protocol.seal;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Seals texts with a key that all nodes of an installation have: AES-256 in Galois/Counter Mode (NIST SP 800-38D) with a random nonce. A
 * sealed text is bound to its place, so that it is worth nothing elsewhere, and names the key by the beginning of its digest:
 * {@code sealed:1:<8 hexadecimal digits>:<nonce and ciphertext in base64url>}.
 */
public final class Seal {

    /** The length of a key. */
    public static final int KEY_BYTES = 32;

    private static final String VERSION = "sealed:1:";
    private static final int ID_DIGITS = 8;
    private static final int NONCE_BYTES = 12;
    private static final int TAG_BITS = 128;

    private final SecureRandom random = new SecureRandom();
    private final byte[] key;
    private final String id;

    /** @throws IllegalArgumentException if the key is not of {@link #KEY_BYTES} */
    public Seal(byte[] key) {
        if (key.length != KEY_BYTES) {
            throw new IllegalArgumentException("a key has " + KEY_BYTES + " bytes, not " + key.length);
        }
        this.key = key.clone();
        this.id = id(key);
    }

    /** A key that nobody has yet. */
    public static byte[] newKey() {
        var key = new byte[KEY_BYTES];
        new SecureRandom().nextBytes(key);
        return key;
    }

    private static String id(byte[] key) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(key))
                    .substring(0, ID_DIGITS);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** @param place where the text is to stand, such as {@code project/mylang/token} */
    public String seal(String place, String text) {
        var nonce = new byte[NONCE_BYTES];
        random.nextBytes(nonce);
        try {
            var sealed = cipher(Cipher.ENCRYPT_MODE, nonce, place).doFinal(text.getBytes(UTF_8));
            var both =
                    ByteBuffer.allocate(NONCE_BYTES + sealed.length).put(nonce).put(sealed);
            return VERSION + id + ":" + Base64.getUrlEncoder().withoutPadding().encodeToString(both.array());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java cannot seal: " + e.getMessage(), e);
        }
    }

    /** @throws SealBroken if the text was sealed with another key, for another place, or is none */
    public String open(String place, String sealed) {
        if (!sealed.startsWith(VERSION) || sealed.indexOf(':', VERSION.length()) != VERSION.length() + ID_DIGITS) {
            throw new SealBroken("what stands for " + place + " is not a sealed text of this version");
        }
        var other = sealed.substring(VERSION.length(), VERSION.length() + ID_DIGITS);
        if (!other.equals(id)) {
            throw new SealBroken(place + " was sealed with the key " + other + ", and this node has " + id
                    + ": give all nodes the same seal.key in COIL_HOME, or set it anew");
        }
        try {
            var both = Base64.getUrlDecoder().decode(sealed.substring(VERSION.length() + ID_DIGITS + 1));
            var nonce = Arrays.copyOf(both, NONCE_BYTES);
            var text = cipher(Cipher.DECRYPT_MODE, nonce, place).doFinal(both, NONCE_BYTES, both.length - NONCE_BYTES);
            return new String(text, UTF_8);
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw new SealBroken("what stands for " + place + " was changed after it was sealed: set it anew");
        }
    }

    private Cipher cipher(int mode, byte[] nonce, String place) throws GeneralSecurityException {
        var cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(mode, new SecretKeySpec(key, "AES"), new GCMParameterSpec(TAG_BITS, nonce));
        cipher.updateAAD(place.getBytes(UTF_8));
        return cipher;
    }
}
