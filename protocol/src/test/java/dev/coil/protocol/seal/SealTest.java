package dev.coil.protocol.seal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class SealTest {

    private static final String PLACE = "project/mylang/token";

    private final Seal seal = new Seal(Seal.newKey());

    @Test
    void shouldOpenWhatItSealed() {
        assertThat(seal.open(PLACE, seal.seal(PLACE, "s3cret ☃"))).isEqualTo("s3cret ☃");
        assertThat(seal.open(PLACE, seal.seal(PLACE, ""))).isEmpty();
    }

    @Test
    void shouldSealTheSameDifferentlyAndWithoutATraceOfIt() {
        var once = seal.seal(PLACE, "password");
        assertThat(once).isNotEqualTo(seal.seal(PLACE, "password")).doesNotContain("password");
    }

    @Test
    void shouldNotOpenForAnotherPlace() {
        var sealed = seal.seal(PLACE, "password");
        assertThatThrownBy(() -> seal.open("project/other/token", sealed))
                .isInstanceOf(SealBroken.class)
                .hasMessage("what stands for project/other/token was changed after it was sealed: set it anew");
    }

    @Test
    void shouldNotOpenWhatWasChanged() {
        var sealed = seal.seal(PLACE, "password");
        int middle = sealed.length() - 10;
        var changed =
                sealed.substring(0, middle) + (sealed.charAt(middle) == 'A' ? 'B' : 'A') + sealed.substring(middle + 1);
        assertThatThrownBy(() -> seal.open(PLACE, changed)).isInstanceOf(SealBroken.class);
        assertThatThrownBy(() -> seal.open(PLACE, sealed.substring(0, 30))).isInstanceOf(SealBroken.class);
        assertThatThrownBy(() -> seal.open(PLACE, "password"))
                .hasMessage("what stands for project/mylang/token is not a sealed text of this version");
    }

    @Test
    void shouldNameTheKeysIfTheyDiffer() {
        var sealed = seal.seal(PLACE, "password");
        assertThatThrownBy(() -> new Seal(Seal.newKey()).open(PLACE, sealed))
                .isInstanceOf(SealBroken.class)
                .hasMessageMatching("project/mylang/token was sealed with the key [0-9a-f]{8}, and this node has"
                        + " [0-9a-f]{8}: give all nodes the same seal.key in COIL_HOME, or set it anew");
    }
}
