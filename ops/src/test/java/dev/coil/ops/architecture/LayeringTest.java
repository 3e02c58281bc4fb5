package dev.coil.ops.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.core.importer.Location;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.dependencies.SliceRule;

/** Who may import what: the walls of the house. */
@AnalyzeClasses(
        packages = "dev.coil",
        importOptions = {DoNotIncludeTests.class, LayeringTest.NoJarOfTests.class})
@SuppressWarnings("UnusedVariable") // ArchUnit finds its rules in the fields.
class LayeringTest {

    /** What a module's tests lend to others. */
    static final class NoJarOfTests implements ImportOption {
        @Override
        public boolean includes(Location location) {
            return !location.contains("-tests.jar");
        }
    }

    private static final String PROTOCOL = "dev.coil.protocol..";
    private static final String SCHEDULER = "dev.coil.scheduler..";
    private static final String WORKER = "dev.coil.worker..";
    private static final String VIEWER = "dev.coil.viewer..";
    private static final String OPS = "dev.coil.ops..";
    private static final String[] KAFKA_WORKER = {"dev.coil.worker.claim..", "dev.coil.worker.presence.."};

    @ArchTest
    private static final ArchRule protocolImportsNothingOfOurs = noClasses()
            .that()
            .resideInAPackage(PROTOCOL)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(SCHEDULER, WORKER, VIEWER, OPS);

    @ArchTest
    private static final ArchRule schedulerImportsTheProtocolAlone = noClasses()
            .that()
            .resideInAPackage(SCHEDULER)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(WORKER, VIEWER, OPS);

    @ArchTest
    private static final ArchRule workerImportsTheProtocolAlone = noClasses()
            .that()
            .resideInAPackage(WORKER)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(SCHEDULER, VIEWER, OPS);

    @ArchTest
    private static final ArchRule viewerImportsTheProtocolAlone = noClasses()
            .that()
            .resideInAPackage(VIEWER)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(SCHEDULER, WORKER, OPS);

    @ArchTest
    private static final ArchRule workerNeedsNoNativeLibrary = noClasses()
            .that()
            .resideInAnyPackage(WORKER, PROTOCOL)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("org.rocksdb..", "io.netty..", "com.linecorp.armeria..", "com.sun.jna..")
            .because("a worker runs where nothing but a plain JVM does");

    /** They are what {@code coil-worker.jar} leaves out. */
    @ArchTest
    private static final ArchRule workerOverHttpNeedsNoKafka = noClasses()
            .that()
            .resideInAPackage(WORKER)
            .and()
            .resideOutsideOfPackages(KAFKA_WORKER)
            .and()
            .haveNameNotMatching("dev\\.coil\\.worker\\.(Worker(\\$.*)?|WorkerConfig|KafkaLogs)")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(KAFKA_WORKER)
            .orShould()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "org.apache.kafka..", "org.apache.curator..", "org.apache.zookeeper..", "dev.coil.protocol.log..")
            .orShould()
            .dependOnClassesThat()
            .haveNameMatching("dev\\.coil\\.worker\\.(Worker(\\$.*)?|WorkerConfig|KafkaLogs)")
            .because("it runs where no Kafka is to be reached");

    @ArchTest
    private static final ArchRule storeIsTheSchedulersAlone = noClasses()
            .that()
            .resideOutsideOfPackage(SCHEDULER)
            .should()
            .dependOnClassesThat()
            .resideInAPackage("org.rocksdb..");

    @ArchTest
    private static final ArchRule protocolDoesItsKafkaInOneRoom = noClasses()
            .that()
            .resideInAPackage(PROTOCOL)
            .and()
            .resideOutsideOfPackage("dev.coil.protocol.log..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("org.apache.kafka..");

    @ArchTest
    private static final ArchRule protocolDoesNoOtherInputOrOutput = noClasses()
            .that()
            .resideInAPackage(PROTOCOL)
            .should()
            .dependOnClassesThat()
            .haveNameMatching(
                    "java\\.(net\\.(?!URI).*|nio\\.(file|channels)\\..*)|java\\.io\\.File.*|java\\.lang\\.Process.*");

    /** The fold is deterministic: no clock, randomness, input, output or logging. */
    @ArchTest
    private static final ArchRule foldIsPure = noClasses()
            .that()
            .resideInAnyPackage(
                    "dev.coil.scheduler.resolver..",
                    "dev.coil.scheduler.state..",
                    "dev.coil.scheduler.turn..",
                    "dev.coil.scheduler.window..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "org.slf4j..",
                    "org.apache.kafka..",
                    "org.apache.curator..",
                    "org.rocksdb..",
                    "com.linecorp.armeria..",
                    "java.time..",
                    "java.net..",
                    "java.nio.file..")
            .orShould()
            .dependOnClassesThat()
            .haveNameMatching(
                    "java\\.util\\.(Random|UUID)|java\\.util\\.concurrent\\.ThreadLocalRandom|java\\.security\\.SecureRandom")
            .orShould()
            .callMethod(System.class, "currentTimeMillis")
            .orShould()
            .callMethod(System.class, "nanoTime");

    @ArchTest
    private static final ArchRule roomsOfTheProtocolHaveNoCycles = withoutCycles("protocol");

    @ArchTest
    private static final ArchRule roomsOfTheSchedulerHaveNoCycles = withoutCycles("scheduler");

    @ArchTest
    private static final ArchRule roomsOfTheWorkerHaveNoCycles = withoutCycles("worker");

    @ArchTest
    private static final ArchRule roomsOfTheViewerHaveNoCycles = withoutCycles("viewer");

    @ArchTest
    private static final ArchRule roomsOfOpsHaveNoCycles = withoutCycles("ops");

    private static SliceRule withoutCycles(String module) {
        return slices().matching("dev.coil." + module + ".(**)").should().beFreeOfCycles();
    }
}
