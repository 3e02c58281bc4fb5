package dev.coil.viewer.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import org.junit.jupiter.api.Test;

class ByteRangeTest {

    @Test
    void shouldUnderstandEveryFormOfASingleRange() {
        assertThat(ByteRange.parse("bytes=0-4", 10)).isEqualTo(new ByteRange(0, 5));
        assertThat(ByteRange.parse("bytes=7-", 10)).isEqualTo(new ByteRange(7, 10));
        assertThat(ByteRange.parse("bytes=-3", 10)).isEqualTo(new ByteRange(7, 10));
        assertThat(ByteRange.parse("bytes=-30", 10)).isEqualTo(new ByteRange(0, 10));
        assertThat(ByteRange.parse("bytes=5-100", 10)).isEqualTo(new ByteRange(5, 10));
    }

    @Test
    void shouldPassOverWhatItDoesNotUnderstand() {
        assertThat(ByteRange.parse(null, 10)).isNull();
        assertThat(ByteRange.parse("bytes=-", 10)).isNull();
        assertThat(ByteRange.parse("bytes=1-2,4-5", 10)).isNull();
        assertThat(ByteRange.parse("lines=1-2", 10)).isNull();
    }

    @Test
    void shouldRefuseARangeBehindTheEnd() {
        assertThatExceptionOfType(ApiError.class)
                .isThrownBy(() -> ByteRange.parse("bytes=10-", 10))
                .withMessageContaining("10 bytes");
    }
}
