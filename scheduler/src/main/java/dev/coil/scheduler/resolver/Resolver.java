package dev.coil.scheduler.resolver;

import dev.coil.protocol.command.Command;
import dev.coil.protocol.pause.Pause;
import dev.coil.scheduler.state.Meta;
import dev.coil.scheduler.state.State;
import dev.coil.scheduler.turn.Effect;
import dev.coil.scheduler.turn.Turn;
import dev.coil.scheduler.window.Classes;
import dev.coil.scheduler.window.Lanes;
import dev.coil.scheduler.window.Pauses;
import dev.coil.scheduler.window.PresentWorkers;
import dev.coil.scheduler.window.Publication;
import dev.coil.scheduler.window.Shortages;
import java.util.ArrayList;
import java.util.List;

/**
 * The replicated state machine of one partition. {@code apply} is deterministic: the same commands at the same offsets and times give
 * the same state and the same effects, wherever and how often they are folded. What it keeps in memory is only a quicker way to say
 * what the state says, and is read from it at the start.
 *
 * <pre>
 *   command ─▶ handler of its kind ─▶ TaskFlow (release, end, tell dependents) ─▶ RunFlow (counts, outcome)
 *                                        │
 *                                        └▶ Publication (window of the space) ─▶ effects
 * </pre>
 */
public final class Resolver {

    private final Pauses pauses;
    private final PresentWorkers workers;
    private final Publication publication;
    private final HeldClaims claims;
    private final Submitting submitting;
    private final Generating generating;
    private final Claiming claiming;
    private final Cancelling cancelling;
    private final Retrying retrying;
    private final Pausing pausing;
    private final Owning owning;
    private final Forgetting forgetting;
    private final Progress progress;
    private final Rules rules;

    /**
     * Starts from a state, which may be empty.
     *
     * @throws RulesUnknown if a newer program has stored it
     */
    public Resolver(State state) {
        this(state, Progress.STEPS);
    }

    /** One that does {@code steps} at once of work on many tasks: with few of them, a small run shows what otherwise only a large one does. */
    Resolver(State state, int steps) {
        this(state, steps, new Rules(Rules.NEWEST));
    }

    Resolver(State state, int steps, Rules rules) {
        rules.require(state);
        this.rules = rules;
        var agenda = new Agenda();
        var classes = new Classes();
        var lanes = new Lanes(classes);
        pauses = new Pauses(state, lanes);
        workers = new PresentWorkers(state);
        publication = new Publication(state, classes, lanes, pauses, workers);
        claims = new HeldClaims(state);
        var shortages = new Shortages(classes, lanes, workers);
        var groups = new RunGroups(agenda);
        var runs = new RunFlow(groups);
        var needs = new NeedCounts(agenda);
        var generations = new Generations(agenda);
        var newTasks = new NewTasks(lanes);
        var tasks = new TaskFlow(publication, shortages, lanes, claims, runs, agenda, needs, generations);
        generating = new Generating(newTasks, generations, agenda);
        progress = new Progress(agenda, tasks, generating, steps);
        submitting = new Submitting(newTasks, groups);
        claiming = new Claiming(publication, pauses, lanes, tasks, claims, generating);
        cancelling = new Cancelling(tasks, groups);
        retrying = new Retrying(tasks, runs, groups, progress, needs, generations);
        pausing = new Pausing(pauses, publication);
        owning = new Owning(workers, publication, pauses, shortages, tasks, progress);
        forgetting = new Forgetting(agenda);
    }

    /**
     * Folds one command.
     *
     * @param offset the command's
     * @param appended when the broker took it, in milliseconds since the epoch
     * @return what the world is to be told, in order
     * @throws RulesUnknown if those behind it can be folded by a newer program alone
     */
    public List<Effect> apply(State state, Command command, long offset, long appended) {
        long before = Meta.CLOCK.get(state);
        long lastAppended = Meta.APPENDED.get(state);
        long now = Timeline.next(before, lastAppended, appended);
        if (now != before) {
            Meta.CLOCK.set(state, now);
        }
        if (appended != lastAppended) {
            Meta.APPENDED.set(state, appended);
        }
        var effects = new ArrayList<Effect>();
        var turn = new Turn(state, now, effects);
        if (command instanceof Command.OfOwner owned && owned.epoch() != turn.epoch()) {
            return effects;
        }
        handle(turn, command, offset);
        progress.run(turn);
        publication.refill(turn);
        turn.end();
        return effects;
    }

    private void handle(Turn turn, Command command, long offset) {
        if (command instanceof Command.StageTasks stage) {
            submitting.stage(turn, stage);
        } else if (command instanceof Command.SubmitRun submit) {
            submitting.submit(turn, submit);
        } else if (command instanceof Command.StageGenerated stage) {
            generating.stage(turn, stage);
        } else if (command instanceof Command.SealGenerated seal) {
            generating.seal(turn, seal);
        } else if (command instanceof Command.ClaimTask claim) {
            claiming.claim(turn, claim);
        } else if (command instanceof Command.FinishTask finish) {
            claiming.finish(turn, finish);
        } else if (command instanceof Command.AbandonClaim abandon) {
            claiming.abandon(turn, abandon);
        } else if (command instanceof Command.ConfirmClaim confirm) {
            claiming.confirm(turn, confirm);
        } else if (command instanceof Command.CancelRun cancel) {
            cancelling.cancel(turn, cancel);
        } else if (command instanceof Command.CancelRef cancel) {
            cancelling.cancelRef(turn, cancel);
        } else if (command instanceof Command.RetryRun retry) {
            retrying.retry(turn, retry);
        } else if (command instanceof Command.Pause pause) {
            pausing.pause(turn, pause);
        } else if (command instanceof Command.Resume resume) {
            pausing.resume(turn, resume);
        } else if (command instanceof Command.StartEpoch) {
            Meta.EPOCH.set(turn.state(), offset);
        } else if (command instanceof Command.ReportWorkers report) {
            owning.report(turn, report);
        } else if (command instanceof Command.ChangeWorkers change) {
            owning.change(turn, change);
        } else if (command instanceof Command.LoseWorker lose) {
            owning.lose(turn, lose);
        } else if (command instanceof Command.FireTimer fire) {
            owning.fire(turn, fire);
        } else if (command instanceof Command.Continue more) {
            owning.proceed(turn, more);
        } else if (command instanceof Command.ForgetRun forget) {
            forgetting.forget(turn, forget);
        } else if (command instanceof Command.DropSubmission drop) {
            forgetting.drop(turn, drop);
        } else if (command instanceof Command.TellAgain) {
            Retelling.tellAgain(turn, workers);
        } else if (command instanceof Command.SwitchRules change) {
            rules.change(turn, change);
        } else {
            throw new IllegalStateException(
                    "no handler for a " + command.getClass().getSimpleName());
        }
    }

    /** The tuples that are to be in the space now, for an owner that has just taken over. */
    public List<Effect> republish(State state) {
        var effects = new ArrayList<Effect>();
        publication.republish(new Turn(state, Meta.CLOCK.get(state), effects));
        return effects;
    }

    /** The workers that are to take nothing new. */
    public List<Pause> drains() {
        return pauses.drains();
    }

    /** All that is paused. */
    public List<Pause> pauses() {
        return pauses.all();
    }

    /** The workers that are present, by the fold. */
    public PresentWorkers workers() {
        return workers;
    }

    /** How many claims each incarnation holds; without those that hold none. */
    public java.util.Map<String, Integer> heldClaims() {
        return claims.counts();
    }
}
