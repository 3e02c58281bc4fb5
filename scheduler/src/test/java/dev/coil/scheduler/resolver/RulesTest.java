package dev.coil.scheduler.resolver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.coil.protocol.command.Command;
import dev.coil.protocol.graph.Outcome;
import org.junit.jupiter.api.Test;

/** Programs that know different versions of the rules, and one log. */
class RulesTest {

    private static final int NEWER = Rules.NEWEST + 1;

    private final Fold fold = new Fold();

    /** The program that folds from now on. */
    private void become(int known) {
        fold.resolver = new Resolver(fold.state, Progress.STEPS, new Rules(known));
    }

    private void change(int version) {
        fold.append(new Command.SwitchRules(fold.epoch(), version));
    }

    @Test
    void shouldFoldByTheFirstRulesUntilTheyAreSwitched() {
        assertThat(Rules.of(fold.state)).isEqualTo(1);

        become(NEWER);
        change(NEWER);

        assertThat(Rules.of(fold.state)).isEqualTo(NEWER);
    }

    @Test
    void shouldStopAtASwitchToRulesThatItDoesNotKnow() {
        assertThatThrownBy(() -> change(NEWER))
                .isInstanceOf(RulesUnknown.class)
                .hasMessage("the commands are folded by version " + NEWER
                        + " of the rules, and this program knows versions up to " + Rules.NEWEST);
    }

    @Test
    void shouldNotBeginWithWhatANewerProgramHasStored() {
        become(NEWER);
        change(NEWER);

        assertThatThrownBy(fold::restart).isInstanceOf(RulesUnknown.class);
    }

    @Test
    void shouldNeverGoBackToOlderRules() {
        become(NEWER);
        change(NEWER);

        change(Rules.NEWEST);

        assertThat(Rules.of(fold.state)).isEqualTo(NEWER);
    }

    @Test
    void shouldNotBeSwitchedByAFormerOwner() {
        fold.append(new Command.SwitchRules(fold.epoch() - 1, NEWER));

        assertThat(Rules.of(fold.state)).isEqualTo(1);
    }

    @Test
    void shouldGoOnWithWhatWasBegunByOlderRules() {
        fold.workers(Fold.worker("w", 1));
        fold.submit("run", false, Fold.task("a"), Fold.task("b", 0));
        fold.run(0, Outcome.SUCCESS);

        become(NEWER);
        change(NEWER);
        fold.run(1, Outcome.SUCCESS);

        assertThat(fold.runOutcome()).isEqualTo(Outcome.SUCCESS);
    }
}
