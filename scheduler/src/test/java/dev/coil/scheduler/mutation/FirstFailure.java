package dev.coil.scheduler.mutation;

import java.util.ArrayList;
import java.util.List;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;

/** Runs the engine's tests, class by class, and tells the first that fails. */
final class FirstFailure {

    static final String FOUND = "found by ";

    private static final String PACKAGE = "dev.coil.scheduler.";

    private static final List<String> CLASSES = List.of(
            "TransitionsTest",
            "ResolverTest",
            "RetriesTest",
            "ConcurrencyTest",
            "CutWorkTest",
            "RulesTest",
            "ResolverSimulationTest",
            "FleetTest",
            "SharesTest",
            "SmallModelTest",
            "OwnerCycleTest",
            "presence.AbsenteesTest",
            "owner.ExpiryTest",
            "checkpoint.CheckpointCycleTest");

    private FirstFailure() {}

    /** Those of the resolver are named without their package. */
    private static String className(String name) {
        return PACKAGE + (name.contains(".") ? name : "resolver." + name);
    }

    /** @param args the class to begin with */
    public static void main(String[] args) {
        var classes = new ArrayList<>(List.of(args));
        CLASSES.stream().filter(name -> !classes.contains(name)).forEach(classes::add);
        for (var name : classes) {
            var listener = new SummaryGeneratingListener();
            var request = LauncherDiscoveryRequestBuilder.request()
                    .selectors(DiscoverySelectors.selectClass(className(name)))
                    .build();
            LauncherFactory.create().execute(request, listener);
            for (var failure : listener.getSummary().getFailures()) {
                var message = String.valueOf(failure.getException().getMessage());
                int cause = message.lastIndexOf("): ");
                System.out.println(FOUND + name + ": "
                        + (cause < 0 ? message : message.substring(cause + 3))
                                .strip()
                                .replaceAll("\\s+", " ")
                                .transform(text -> text.substring(0, Math.min(110, text.length()))));
                System.exit(1);
            }
        }
        System.exit(0);
    }
}
