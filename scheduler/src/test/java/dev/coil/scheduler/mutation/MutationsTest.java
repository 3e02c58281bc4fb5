package dev.coil.scheduler.mutation;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** Whether the list is kept up with the engine; {@code ops/mutate} shows what finds each. */
class MutationsTest {

    @Test
    void shouldReplaceATextThatIsThereOnce() throws IOException {
        var mutations = Mutation.read(Path.of("..", "ops", "mutations"));

        assertThat(mutations).hasSizeGreaterThan(15);
        for (var mutation : mutations) {
            var source = Files.readString(mutation.source());
            assertThat(mutation.apply(source)).as(mutation.name()).isNotEqualTo(source);
        }
    }

    @Test
    void shouldHaveNoNameTwice() throws IOException {
        assertThat(Mutation.read(Path.of("..", "ops", "mutations")))
                .extracting(Mutation::name)
                .doesNotHaveDuplicates();
    }
}
