package dev.coil.scheduler.resolver;

/** Commands are to be folded by rules that only a newer program knows. To go on by older ones would come to another state than it does. */
public final class RulesUnknown extends RuntimeException {
    RulesUnknown(int version, int known) {
        super("the commands are folded by version " + version + " of the rules, and this program knows versions up to "
                + known);
    }
}
