package dev.coil.scheduler.blob;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class S3PlaceTest {

    @ParameterizedTest
    @CsvSource({
        "s3://coil-blobs, coil-blobs, ''",
        "s3://coil-blobs/, coil-blobs, ''",
        "s3://coil-blobs/ci, coil-blobs, ci/",
        "s3://coil.blobs/ci/two/, coil.blobs, ci/two/"
    })
    void shouldBeABucketOrAPartOfOne(String text, String bucket, String prefix) {
        assertThat(S3Place.parse(text, null, null)).isEqualTo(new S3Place(bucket, prefix, null, null));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"coil", "s3:/coil", "s3://", "s3://Coil", "s3://coil/a b", "s3://coil//a//b", "file:///tmp"})
    void shouldBeNothingElse(String text) {
        assertThatThrownBy(() -> S3Place.parse(text, null, null))
                .hasMessage("'" + text + "' is no place for blobs: expected s3://BUCKET or s3://BUCKET/PREFIX");
    }

    @ParameterizedTest
    @ValueSource(strings = {"localhost:9000", "ftp://localhost", "http://", "http://key:secret@localhost", "no url"})
    void shouldRefuseAnEndpointThatIsNone(String endpoint) {
        assertThatThrownBy(() -> S3Place.parse("s3://coil", endpoint, null))
                .hasMessageStartingWith("'" + endpoint + "' is no address of an S3 server");
    }

    @Test
    void shouldTellWhereItIs() {
        assertThat(S3Place.parse("s3://coil/ci/", "http://localhost:9000", null))
                .hasToString("s3://coil/ci at http://localhost:9000");
    }
}
