package dev.coil.viewer.logs;

import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Tells lines that say what went wrong from the others. It knows what compilers, test frameworks, shells and crashing programs
 * print; each kind is one row of the table, and the first row that fits decides.
 */
final class ErrorLines {

    private static final List<Kind> KINDS = List.of(
            // What only follows from another error, before the kinds that it resembles.
            consequence("ld returned", "collect2: (?:fatal )?error: ld returned"),
            consequence("linker command failed", "^\\S*clang\\S*: error: linker command failed"),
            consequence("could not compile", "^error: could not compile"),
            consequence("aborting due to", "^error: aborting due to"),
            consequence("test failed", "^error: (?:\\w+ )?tests? failed"),
            consequence("error: process didn't exit", "^error: process didn't exit"),
            consequence("returned non-zero exit status", "CalledProcessError: "),
            consequence("FAILED", "^\\[ {2}FAILED {2}\\] [1-9]\\d* tests?\\b"),
            consequence("FAILED", "^(?:test result: FAILED|FAILED \\(|BUILD FAILED|> Task \\S+ FAILED|FAILED: )"),
            consequence("FAILURE", "^(?:FAILURE: Build failed|\\[INFO\\] BUILD FAILURE|FAILURES!!!)"),
            consequence(
                    "[ERROR]",
                    "^\\[ERROR\\] (?:Failed to execute goal|Tests run:|There are test failures|COMPILATION ERROR|Failures:|Errors:)"),
            consequence("Failures: ", "^Tests run: \\d+, +Failures: (?:[1-9]\\d*|0, +Errors: [1-9])"),
            consequence(" failed", "^=+ .*\\b[1-9]\\d* (?:failed|errors?)\\b.* =+$"),
            consequence(" failed", "^Tests?:? +.*\\b[1-9]\\d* failed\\b"),
            consequence(" tests failed out of ", "\\b[1-9]\\d* tests failed out of "),
            consequence(" failed", "^[1-9]\\d* (?:of \\d+ )?tests? failed\\b"),
            consequence("npm ", "^npm (?:ERR!|error) \\S"),
            consequence("exit status ", "^exit status [1-9]"),
            consequence("FAIL\t", "^FAIL\\t"),
            consequence("Result: FAIL", "^Result: FAIL"),
            consequence("ninja: build stopped", "^ninja: build stopped"),
            consequence("*** [", "^\\S*make(?:\\[\\d+\\])?: \\*\\*\\* \\[.*(?:Error \\d+|[A-Z][a-z]+.*)$"),
            consequence("SUMMARY: ", "^SUMMARY: \\w+Sanitizer: "),
            // Crashes.
            cause(
                    "Sanitizer: ",
                    "\\b(?:ERROR|WARNING): (?:Address|Leak|Memory|Thread|HWAddress|UndefinedBehavior)Sanitizer: "),
            cause("Invalid ", "^==\\d+== Invalid (?:read|write|free)"),
            cause("egmentation fault", "\\b[Ss]egmentation fault\\b"),
            cause("SIGSEGV", "\\bSIGSEGV\\b"),
            cause("(core dumped)", "\\(core dumped\\)"),
            cause("Bus error", "\\bBus error\\b"),
            cause("Killed", "^(?:\\S+: )?(?:line \\d+: +\\d+ )?Killed\\b(?! by request)"),
            cause("ut of memory", "\\b[Oo]ut of memory\\b"),
            cause("No space left on device", "No space left on device"),
            cause("Assertion", "\\bAssertion [`'‘].*failed"),
            cause("panicked at ", "^thread '.*' (?:\\(\\d+\\) )?panicked at "),
            cause("panic: ", "^panic: "),
            cause("Fatal error: ", "^(?:PHP )?Fatal error: "),
            cause("fatal error: ", "^fatal error: "),
            cause("Exception in thread ", "^Exception in thread "),
            cause("Unhandled exception", "^Unhandled exception"),
            cause("terminate called", "^terminate called "),
            cause("AssertionFailedError", "^(?:Caused by: )?org\\.opentest4j\\.AssertionFailedError"),
            cause("AssertionError", "^(?:Caused by: )?(?:[a-z]\\w*\\.)*AssertionError\\b"),
            complaint(
                    "Error",
                    "^(?:Caused by: )?(?:java|javax|org|com|dev|io|net|kotlin|scala)\\.[\\w.$]*(?:Exception|Error)\\b"),
            complaint(
                    "Exception",
                    "^(?:Caused by: )?(?:java|javax|org|com|dev|io|net|kotlin|scala)\\.[\\w.$]*Exception\\b"),
            cause("Error: ", "^(?:Uncaught )?(?:[a-z_]\\w*\\.)*[A-Z]\\w*Error(?: \\[\\w+\\])?: "),
            cause("Exception: ", "^(?:[a-z_]\\w*\\.)*[A-Z]\\w*Exception: "),
            cause("Exit", "^SystemExit: [^0]"),
            // Tests.
            cause("--- FAIL: ", "^--- FAIL: "),
            cause("not ok", "^not ok\\b"),
            cause("FAIL: ", "^FAIL: \\S"),
            cause("FAIL ", "^FAIL {1,2}\\S+\\.\\w+"),
            cause("FAILED ", "^FAILED \\S"),
            cause("FAILED", "^\\S+::\\S+ FAILED\\b"),
            cause("FAILED", "^test \\S.* \\.\\.\\. FAILED$"),
            cause("FAILED", "^\\[ {2}FAILED {2}\\] \\S"),
            cause("***", "^\\d+/\\d+ Test +#\\d+: .*\\*\\*\\*(?:Failed|Timeout|Exception)"),
            cause("<<< ", "<<< (?:FAILURE|ERROR)!"),
            cause("Failed test", "^# +Failed test "),
            cause("*", "(?i)\\*\\* ?fail(?:ed|ure)? ?\\*\\*"),
            cause("...", "(?i)\\.\\.\\. ?(?:\\[?fail(?:ed)?\\]?)!?$"),
            cause("E  ", "^E {2,}\\S"),
            cause("rspec ", "^rspec \\./\\S+:\\d+"),
            cause("✕", "^✕ "),
            cause("✗", "^✗ "),
            cause("✘", "^✘ "),
            cause("[ERROR]", "^\\[ERROR\\] +[\\w.$]+\\.\\w+:\\d+ "),
            // Compilers and linkers.
            cause("[ERROR]", "^\\[ERROR\\] +\\S+\\.\\w+:\\[\\d+,\\d+\\] "),
            cause(
                    "rror",
                    "(?:^|[\\s(\"'])[^\\s:]+:\\d+(?:[:.]\\d+)*(?:-\\d+)?:? *-? *(?:fatal |runtime |internal compiler )?[Ee]rror(?:\\[\\w+\\])?(?::| [A-Z]+\\d+:)"),
            cause(" error ", "^[^\\s(]+\\(\\d+(?:,\\d+)*\\): ?(?:fatal )?error [A-Z]+\\d+: "),
            cause("error ", "^LINK : fatal error "),
            cause(": Failure", "^[^\\s:]+:\\d+: Failure$"),
            cause(".go:", "^(?:vet: )?[\\w./-]+\\.go:\\d+:\\d+: "),
            cause("error[E", "^error\\[E\\d+\\]: "),
            cause("e: ", "^e: (?:file:)?\\S+\\.kts?:"),
            cause("CMake Error", "^CMake Error\\b"),
            cause("error: ", "^[\\w./+-]+: (?:fatal |internal )?error: "),
            cause("undefined reference to ", "undefined reference to "),
            cause("multiple definition of ", "multiple definition of "),
            cause("Undefined symbols for", "^Undefined symbols for"),
            cause("cannot find -l", "\\bcannot find -l"),
            cause("error while loading shared libraries", "error while loading shared libraries"),
            cause("yntax error", "(?:^|: |\\d+: )[Ss]yntax error\\b"),
            cause("Can't locate ", "^Can't locate \\S+ in @INC"),
            cause(" *** ", "^[^\\s:]+:\\d+: \\*\\*\\* "),
            cause("*** No rule", "^\\S*make(?:\\[\\d+\\])?: \\*\\*\\* No rule to make target"),
            cause("  Stop.", "^\\S*make(?:\\[\\d+\\])?: \\*\\*\\* [^\\[].* {2}Stop\\.$"),
            cause("don't know how to make ", "^\\S*make(?:\\[\\d+\\])?: don't know how to make \\S"),
            cause("Error", "^Error(?: \\([^)]*\\))?: \\S"),
            // What reads programs without running them.
            cause(" SC", "^\\^-+\\^? SC\\d{4}(?: \\(\\w+\\))?: "),
            cause(" [SC", "^[^\\s:]+:\\d+:\\d+: \\w+: .* \\[SC\\d{4}\\]$"),
            cause("possible bashism in ", "^possible bashism in \\S+ line \\d+"),
            cause(".py:", "^\\S+\\.py:\\d+:\\d+: [A-Z]+\\d+:? \\S"),
            cause(" error ", "^\\d+:\\d+ +error +\\S"),
            // What anything may say, even where it matters to nobody.
            complaint("[ERROR]", "^(?:\\S+ )*\\[ERROR\\] +(?!->|To see|Re-run|For more|After|Please)\\w"),
            complaint("rror: ", "^(?:fatal )?error: (?!0\\b|none\\b|null\\b)\\S"),
            complaint("fatal: ", "^fatal: \\S"),
            complaint("ERROR", "^(?:[\\d:.,T+Z/-]+ +)*ERROR\\b:?[ -]+(?!SUMMARY)\\S"),
            complaint("##[error]", "^##\\[error\\]"),
            complaint("not found", ": (?:command )?not found$"),
            complaint("can't cd to", ": can't cd to \\S"),
            complaint("parameter not set", ": parameter not set$"),
            complaint("unbound variable", ": unbound variable$"),
            complaint("llegal option", ": [Ii]llegal option\\b"),
            complaint("invalid option", ": invalid option\\b"),
            complaint("nable to open ", "\\b[Uu]nable to open \\S"),
            complaint("ermission denied", "\\b[Pp]ermission denied\\b"),
            complaint("No such file or directory", "No such file or directory"));

    /** Successes, what is expected, and the trace of a shell, whatever else they say. */
    private static final Pattern HARMLESS =
            Pattern.compile("^(?:\\++ |ok\\b|PASS\\b|PASSED\\b|XFAIL\\b|\\[ {7}OK )|^not ok\\b.*# *(?i:todo|skip)\\b"
                    + "|\\((?:expected|ignored)\\)|(?i:\\bexpected (?:failure|error|to fail))|\\bXFAIL\\b");

    private ErrorLines() {}

    /** How telling a line is; the most telling comes first. */
    enum Strength {
        /** Says what is wrong: a diagnosis of a compiler, a failed test, a crash. */
        CAUSE,
        /** Says that something is wrong, as programs also do when nothing comes of it. */
        COMPLAINT,
        /** Says that something failed before. */
        CONSEQUENCE
    }

    /** @return {@code null} if the line speaks of no error */
    static @Nullable Strength strength(String line) {
        var text = line.strip();
        for (var kind : KINDS) {
            if (text.contains(kind.word) && kind.pattern.matcher(text).find()) {
                return HARMLESS.matcher(text).find() ? null : kind.strength;
            }
        }
        return null;
    }

    private static Kind cause(String word, String pattern) {
        return new Kind(Strength.CAUSE, word, Pattern.compile(pattern));
    }

    private static Kind complaint(String word, String pattern) {
        return new Kind(Strength.COMPLAINT, word, Pattern.compile(pattern));
    }

    private static Kind consequence(String word, String pattern) {
        return new Kind(Strength.CONSEQUENCE, word, Pattern.compile(pattern));
    }

    /** @param word that every line which fits has; looked for first, as that takes a fraction of the time */
    private record Kind(Strength strength, String word, Pattern pattern) {}
}
