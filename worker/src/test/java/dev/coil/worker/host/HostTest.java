package dev.coil.worker.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HostTest {

    @TempDir
    Path directory;

    @Test
    void shouldDetectWhatThisMachineIs() {
        var attributes = Host.attributes(directory, Set.of("quiet"), Map.of());

        assertThat(attributes.facts()).containsKeys("os", "arch", "os-version", "cpus", "memory", "disk");
        assertThat(attributes.fact("arch")).isNotEqualTo("amd64").isNotEqualTo("arm64");
        assertThat(Long.parseLong(attributes.fact("memory"))).isGreaterThan(1L << 26);
        assertThat(attributes.labels()).containsExactly("quiet");
    }

    @Test
    void shouldLetOverridesStandInTheirNormalSpelling() {
        var attributes = Host.attributes(directory, Set.of(), Map.of("arch", "arm64", "cpus", "64", "distro", ""));

        assertThat(attributes.fact("arch")).isEqualTo("aarch64");
        assertThat(attributes.fact("cpus")).isEqualTo("64");
        assertThat(attributes.fact("distro")).isNull();
    }

    @Test
    void shouldKnowTheCLibraryByWhatIsMapped() {
        assertThat(Host.libc("7f00 r-xp 00 /usr/lib/x86_64-linux-gnu/libc.so.6\n"))
                .isEqualTo("glibc");
        assertThat(Host.libc("7f00 r-xp 00 /lib/ld-musl-x86_64.so.1\n")).isEqualTo("musl");
        assertThat(Host.libc("")).isEmpty();
    }

    @Test
    void shouldReadOsRelease() {
        assertThat(OsRelease.parse("NAME=\"Alpine\"\nID=alpine\nVERSION_ID='3.20.1'\n"))
                .isEqualTo(new OsRelease("alpine", "3.20.1"));
        assertThat(OsRelease.parse("ID=arch\nID_LIKE=\"\"\n")).isEqualTo(new OsRelease("arch", ""));
    }
}
