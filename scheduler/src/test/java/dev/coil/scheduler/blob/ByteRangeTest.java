package dev.coil.scheduler.blob;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class ByteRangeTest {

    @ParameterizedTest
    @CsvSource({
        "bytes=0-9, 0, 10",
        "bytes=90-, 90, 10",
        "bytes=-10, 90, 10",
        "bytes=-1000, 0, 100",
        "bytes=95-1000, 95, 5",
        "bytes=0-0, 0, 1",
    })
    void shouldFindTheBytesAskedFor(String header, long first, long length) {
        assertThat(ByteRange.parse(header, 100)).isEqualTo(new ByteRange(first, length));
    }

    @ParameterizedTest
    @ValueSource(strings = {"bytes=100-", "bytes=-0", "bytes=1000-2000"})
    void shouldTellWhenNoByteIsInTheRange(String header) {
        assertThat(ByteRange.parse(header, 100)).extracting(ByteRange::length).isEqualTo(0L);
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(
            strings = {"", "bytes=", "bytes=-", "bytes=5-1", "lines=1-2", "bytes=0-1,4-5", "bytes=99999999999999999999-"
            })
    void shouldMeanTheWholeFileOtherwise(String header) {
        assertThat(ByteRange.parse(header, 100)).isNull();
    }
}
