package dev.coil.viewer.logs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.coil.viewer.logs.ErrorLines.Strength;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ErrorLinesTest {

    private static final String CAUSES = """
            src/gc/mark.c:118:24: error: expected ';' after expression
            src/gc/mark.c:12:10: fatal error: gc.h: No such file or directory
            In file included from a.h:3: b.h:9: error: unknown type name 'word'
            include/list.hpp:40:3: error: no member named 'next' in 'node<int>' [-Werror=missing]
            lib/heap.c:77:9: runtime error: signed integer overflow: 2147483647 + 1 cannot be represented in type 'int'
            cc1: error: unrecognized command-line option '-fno-magic'
            clang-17: error: unsupported option '-mfast' for target 's390x'
            gcc: fatal error: no input files
            configure: error: no acceptable C compiler found in $PATH
            main.c(12): error C2065: 'slot': undeclared identifier
            src/view.ts(12,5): error TS2322: Type 'string' is not assignable to type 'number'.
            src/view.ts:12:5 - error TS2551: Property 'lenght' does not exist on type 'string'.
            error[E0308]: mismatched types
            thread 'main' panicked at src/main.rs:4:10:
            test parser::tests::keeps_spaces ... FAILED
            ./list.go:5:2: undefined: nextNode
            panic: runtime error: index out of range [3] with length 3
            --- FAIL: TestMark (0.02s)
                --- FAIL: TestMark/empty_heap (0.00s)
            fatal error: all goroutines are asleep - deadlock!
            Exception in thread "main" java.lang.IllegalStateException: no heap
            /home/ci/src/main/java/Heap.java:31: error: cannot find symbol
            [ERROR] /home/ci/src/main/java/Heap.java:[31,17] cannot find symbol
            [ERROR]   HeapTest.shouldGrow:42 expected: <4> but was: <3>
            [ERROR] dev.mylang.HeapTest.shouldGrow -- Time elapsed: 0.031 s <<< FAILURE!
            org.opentest4j.AssertionFailedError: expected: <4> but was: <3>
            java.lang.AssertionError: heap is full
            e: file:///home/ci/src/Heap.kt:12:9 Unresolved reference: grow
            ValueError: invalid literal for int() with base 10: 'x'
            json.decoder.JSONDecodeError: Expecting value: line 1 column 1 (char 0)
            AssertionError
            ModuleNotFoundError: No module named 'yaml'
            FAILED tests/test_heap.py::test_grow - AssertionError: assert 3 == 4
            tests/test_heap.py::test_grow FAILED                              [ 50%]
            E       assert 3 == 4
            FAIL: test_grow (test_heap.HeapTest.test_grow)
            FAIL: tests/heap.sh
            TypeError: heap.grow is not a function
            Uncaught ReferenceError: heap is not defined
            FAIL src/heap.test.js
              ✕ grows (3 ms)
            not ok 42 - sees what it marked
            Run test 014: show all the font styles: **fail**
            heap grows ... FAIL
            heap shrinks... failed
            not ok
                 ^-- SC2086 (info): Double quote to prevent globbing and word splitting.
            ^-----^ SC3010 (warning): In POSIX sh, [[ ]] is undefined.
            ci/test.sh:2:6: note: Double quote to prevent globbing and word splitting. [SC2086]
            possible bashism in ci/test.sh line 3 (alternative test command ([[ foo ]] should be [ foo ]):
            tools/gen.py:12:80: E501 line too long (91 > 79 characters)
              12:5  error  'heap' is assigned a value but never used  no-unused-vars
            [  FAILED  ] Heap.Grows (12 ms)
            heap_test.cc:31: Failure
             3/10 Test  #3: heap .............................***Failed    0.12 sec
            /usr/bin/ld: heap.c:(.text+0x1c): undefined reference to `gc_mark'
            ld: cannot find -lunwind: No such file or directory
            heap.o: multiple definition of `gc_mark'; mark.o: first defined here
            ./mylang: error while loading shared libraries: libgc.so.1: cannot open shared object file
            ==4711==ERROR: AddressSanitizer: heap-use-after-free on address 0x602000000010
            WARNING: ThreadSanitizer: data race (pid=4711)
            ==4711== Invalid read of size 4
            Error: This expression has type int but an expression was expected of type string
            Error (warning 8 [partial-match]): this pattern-matching is not exhaustive.
            Fatal error: exception Not_found
            Segmentation fault (core dumped)
            sh: line 3:  4711 Killed                  ./mylang big.my
            mylang: heap.c:31: grow: Assertion `size > 0' failed.
            Aborted (core dumped)
            sh: 3: Syntax error: "fi" unexpected
            bash: line 4: syntax error near unexpected token `done'
            Makefile:12: *** missing separator.  Stop.
            make: *** No rule to make target 'heap.c', needed by 'heap.o'.  Stop.
            make: *** No targets specified and no makefile found.  Stop.
            gmake[2]: *** virtual memory exhausted.  Stop.
            bmake: don't know how to make heap.c. Stop
            CMake Error at CMakeLists.txt:3 (find_package):
            src/Heap.hs:12:5: error: [GHC-88464] Variable not in scope: grow
            #   Failed test 'grows'
            Can't locate Heap.pm in @INC (you may need to install the Heap module)
            PHP Fatal error:  Uncaught Error: Call to undefined function grow()
            rspec ./spec/heap_spec.rb:12 # Heap grows
            tar: heap.img: Cannot write: No space left on device
            \u001b[1mheap.c:3:1: \u001b[0m\u001b[31merror: \u001b[0mmissing brace
            """;

    private static final String COMPLAINTS = """
            sh: 3: cargo: not found
            ./build.sh: line 7: ninja: command not found
            ./configure: Permission denied
            /w/slots/0/script: 1: cd: can't cd to nosuch
            /w/slots/0/script: 2: HEAP: parameter not set
            script: line 4: HEAP: unbound variable
            script: 3: set: Illegal option -o pipefail
            script: line 3: set: -Z: invalid option
            figlet: main.flf: Unable to open font file
            cat: VERSION: No such file or directory
            fatal: not a git repository (or any of the parent directories): .git
            error: linking is not possible here
            ERROR: failed to solve: process "/bin/sh -c make" did not complete
            2026-11-21 16:09:45,120 ERROR heap.Grower - cannot grow
            [ERROR] Plugin heap:grow could not be resolved
            Caused by: java.io.IOException: disk is gone
            java.lang.IllegalStateException: no heap
            ##[error]Process completed with exit code 1.
            """;

    private static final String CONSEQUENCES = """
            make: *** [Makefile:12: all] Error 2
            2 tests failed. See tests.log for result details
            3 of 15 tests failed
            make[2]: *** [CMakeFiles/heap.dir/build.make:76: heap.o] Error 1
            gmake: *** [all] Segmentation fault
            ninja: build stopped: subcommand failed.
            collect2: error: ld returned 1 exit status
            clang: error: linker command failed with exit code 1 (use -v to see invocation)
            error: could not compile `heap` (lib) due to 2 previous errors
            error: test failed, to rerun pass `--lib`
            test result: FAILED. 3 passed; 1 failed; 0 ignored
            FAIL\\texample.org/heap\\t0.021s
            exit status 2
            [ERROR] Failed to execute goal org.apache.maven.plugins:maven-compiler-plugin:3.13.0:compile
            [ERROR] Tests run: 5, Failures: 1, Errors: 0, Skipped: 0
            FAILURE: Build failed with an exception.
            > Task :heap:compileJava FAILED
            BUILD FAILED in 3s
            npm error code ELIFECYCLE
            FAILED (failures=1)
            ================ 1 failed, 3 passed in 0.12s ================
            90% tests passed, 1 tests failed out of 10
            Tests:       1 failed, 3 passed, 4 total
            subprocess.CalledProcessError: Command '['make']' returned non-zero exit status 2.
            """;

    private static final String HARMLESS = """
            0 errors, 3 warnings
            errors: 0
            no error
            Build finished without errors
            cc -Wall -Werror -O2 -c error.c -o error.o
            gcc -Werror=return-type -c src/error.c
              CC      src/error.o
            src/error.c
            [ 42%] Building C object CMakeFiles/heap.dir/error.c.o
            heap.c:31:7: warning: unused variable 'slot' [-Wunused-variable]
            heap.c:31:7: note: declared here
            XFAIL: tests/known.sh
            XFAIL tests/test_heap.py::test_known - not yet
            # FAIL:  0
            # XFAIL: 2
            tests/test_heap.py::test_known XFAIL [ 50%]
            ok 7 - reports error: no heap
            ok 8 - FAIL: is printed for a failure
            not ok 9 - grows forever # TODO not yet
            not ok 10 - s390x only # SKIP no such machine
            PASS: prints Error: no heap
            expected failure: heap is full
            an expected error: division by zero
            make: [Makefile:12: lint] Error 1 (ignored)
            test result: ok. 4 passed; 0 failed; 0 ignored
            Tests run: 5, Failures: 0, Errors: 0, Skipped: 0
            ======= 5 passed, 0 failed in 0.12s =======
            100% tests passed, 0 tests failed out of 10
            --- PASS: TestErrorPath (0.00s)
            [       OK ] Heap.FailsLoudly (1 ms)
            ==4711== ERROR SUMMARY: 0 errors from 0 contexts (suppressed: 0 from 0)
            test errors::keeps_position ... ok
            checking for strerror... yes
            checking whether perror works: no
            + grep 'undefined reference to' build.log
            ++ echo Permission denied
            Compiling thiserror v1.0.69
            [INFO] BUILD SUCCESS
            error: 0
            Downloading errors-4.2.0.tar.gz
            panicked threads: 0
            The file mentions failure modes and error handling.
            [ERROR] -> [Help 1]
            [ERROR] To see the full stack trace of the errors, re-run Maven with the -e switch.
            """;

    /** Each line with what it was taken for, so that a failure shows them all. */
    private static String taken(String lines) {
        return lines.lines()
                .map(line -> line + " => " + ErrorLines.strength(line.replaceAll("\u001b\\[\\d*m", "")))
                .collect(Collectors.joining("\n"));
    }

    private static String all(String lines, @Nullable Strength strength) {
        return lines.lines().map(line -> line + " => " + strength).collect(Collectors.joining("\n"));
    }

    @Test
    void shouldKnowLinesThatSayWhatIsWrong() {
        assertThat(taken(CAUSES)).isEqualTo(all(CAUSES, Strength.CAUSE));
    }

    @Test
    void shouldKnowLinesThatComplain() {
        assertThat(taken(COMPLAINTS)).isEqualTo(all(COMPLAINTS, Strength.COMPLAINT));
    }

    @Test
    void shouldKnowLinesThatOnlyFollowFromAnotherError() {
        var lines = CONSEQUENCES.replace("\\t", "\t");
        assertThat(taken(lines)).isEqualTo(all(lines, Strength.CONSEQUENCE));
    }

    @Test
    void shouldPassOverLinesThatOnlySoundAlike() {
        assertThat(taken(HARMLESS)).isEqualTo(all(HARMLESS, null));
    }
}
