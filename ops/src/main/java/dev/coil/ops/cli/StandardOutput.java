package dev.coil.ops.cli;

import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Where results go. It remembers why they could not be written, which a {@link PrintStream} keeps to itself. */
final class StandardOutput extends PrintStream {

    private final Noticing target;

    StandardOutput(OutputStream target) {
        this(new Noticing(target));
    }

    private StandardOutput(Noticing target) {
        super(new BufferedOutputStream(target, 1 << 16), false, StandardCharsets.UTF_8);
        this.target = target;
    }

    static StandardOutput ofProcess() {
        return new StandardOutput(new FileOutputStream(FileDescriptor.out));
    }

    /** Why something that was printed did not get out; {@code null} if all did, or if the reader wanted no more of it. */
    @Nullable
    String failure() {
        flush();
        var failure = target.failure;
        return failure == null || String.valueOf(failure.getMessage()).contains("Broken pipe")
                ? null
                : String.valueOf(failure.getMessage());
    }

    private static final class Noticing extends FilterOutputStream {
        private volatile @Nullable IOException failure;

        Noticing(OutputStream target) {
            super(target);
        }

        @Override
        public void write(byte[] bytes, int from, int length) throws IOException {
            try {
                out.write(bytes, from, length);
            } catch (IOException e) {
                failure = e;
                throw e;
            }
        }
    }
}
