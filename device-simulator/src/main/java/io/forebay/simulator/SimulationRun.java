package io.forebay.simulator;

import io.forebay.simulator.chaos.Faults;
import io.forebay.simulator.ledger.Gaps;
import io.forebay.simulator.ledger.Ledger;
import io.forebay.simulator.ledger.MessagePages;
import io.forebay.simulator.ledger.Tally;
import io.forebay.simulator.report.Mark;
import io.forebay.simulator.scenario.FaultSpec;
import io.forebay.simulator.scenario.PhaseSpec;
import io.forebay.simulator.scenario.Scenario;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.security.SecureRandom;
import java.util.List;
import java.util.Map;

/**
 * One run from the first connect to the report. Owned by the event loop of the run; every method is called there.
 *
 * <p>It ends when everything that was due is published, acknowledged and arrived, or when something is outstanding and
 * nothing has moved for the settle time.
 */
final class SimulationRun {
    private static final long CHECK_MS = 50;
    private static final double SAMPLE_S = 1;
    // Repeats and messages of QoS 0 that come late are still to be seen.
    private static final long LINGER_MS = 500;
    private static final int EXAMPLES_MAX = 5;

    private final Vertx vertx;
    private final RunPlan plan;
    private final Scenario scenario;
    private final Ledger ledger;
    private final MicroClock clock = new MicroClock();
    private final Fleets fleets;
    private final ConsumerSides consumers;
    private final StoryRecorder story;
    private final Proxies proxies;
    private final Faults faults;
    private final MetricsEndpoint metrics;
    private final Movement movement;
    private final Promise<Report> report = Promise.promise();
    private Progress.Phase phase = Progress.Phase.CONNECTING;
    private int phaseNumber = -1;
    private double sampledS;
    private long beganMs;
    private long publishedMs;
    private long settlingMs;
    private long neverOnline;
    private long mostOnline;
    private boolean ledgerFull;

    SimulationRun(Vertx vertx, RunPlan plan, Proxies proxies) {
        this.vertx = vertx;
        this.plan = plan;
        scenario = plan.scenario();
        long runId = new SecureRandom().nextLong();
        ledger = new Ledger(runId, scenario.fleets(), MessagePages.in(plan.ledgerDirectory()), plan.orderPerQos());
        fleets = new Fleets(vertx, scenario, plan.mqtt(), ledger, clock);
        consumers = new ConsumerSides(vertx, plan, ledger, clock);
        story = new StoryRecorder(ledger, fleets.statistics());
        this.proxies = proxies;
        metrics = new MetricsEndpoint(vertx, ledger, fleets.statistics());
        faults = new Faults(vertx, scenario.faults(), proxies.byName(), new FaultNotes());
        movement = new Movement(ledger.tally());
    }

    /** Fails if one of the two ends cannot be reached at the start. */
    Future<Report> start() {
        // The consumer first: on a topic of a broker without a queue nothing waits for it.
        metrics.start(plan.metricsPort())
                .compose(served -> consumers.start())
                .compose(attached -> fleets.start())
                .onSuccess(accepted -> awaitDevices())
                .onFailure(this::giveUp);
        return report.future();
    }

    private void giveUp(Throwable failure) {
        consumers.close();
        leave().onComplete(closed -> {
            ledger.close();
            report.tryFail(failure);
        });
    }

    /** The phases begin when all devices are there, or when for the settle time none has come. */
    private void awaitDevices() {
        movement.begin(nowMs());
        vertx.setPeriodic(CHECK_MS, timer -> {
            movement.look(ledger.tally(), nowMs());
            long online = fleets.statistics().online;
            if (online > mostOnline) {
                mostOnline = online;
                movement.moved(nowMs());
            }
            boolean gaveUp = movement.stillFor(scenario.limits().settle(), nowMs());
            if (online >= fleets.honest() || gaveUp) {
                vertx.cancelTimer(timer);
                neverOnline = fleets.honest() - online;
                begin();
            }
        });
    }

    private void begin() {
        phase = Progress.Phase.PUBLISHING;
        beganMs = nowMs();
        movement.begin(beganMs);
        fleets.begin();
        faults.begin();
        enterPhase(0);
        vertx.setPeriodic(CHECK_MS, this::check);
    }

    private void check(long timer) {
        long nowMs = nowMs();
        movement.look(ledger.tally(), nowMs);
        writeStory();
        if (phase == Progress.Phase.PUBLISHING && !fleets.publishing()) {
            phase = Progress.Phase.SETTLING;
            settlingMs = nowMs;
            faults.end();
            movement.moved(nowMs);
            story.phase("settling", fleets.elapsedS());
        }
        if (phase == Progress.Phase.SETTLING && publishedMs == 0 && fleets.done()) {
            publishedMs = nowMs;
            movement.moved(nowMs);
        }
        ledgerFull = ledger.sizeInBytes() > plan.ledgerBytesMax();
        boolean still = movement.stillFor(scenario.limits().settle(), nowMs);
        boolean stuck = (still && outstanding()) || drainedTooLong(nowMs);
        boolean complete = publishedMs != 0
                && (ledger.awaited() == 0 || plan.verify() == RunPlan.Verify.NONE)
                && nowMs - Math.max(movement.arrivedMs(), publishedMs) > LINGER_MS;
        if (stuck || complete || ledgerFull) {
            vertx.cancelTimer(timer);
            end(!complete, nowMs);
        }
    }

    /** A drain at the end of the phases says how long settling may take. */
    private boolean drainedTooLong(long nowMs) {
        List<PhaseSpec> phases = scenario.phases();
        PhaseSpec lastPhase = phases.isEmpty() ? null : phases.get(phases.size() - 1);
        return phase == Progress.Phase.SETTLING
                && lastPhase != null
                && lastPhase.kind() == PhaseSpec.Kind.DRAIN
                && nowMs - settlingMs > lastPhase.length().toMillis();
    }

    /** While phases go on, silence may be what they are about. */
    private boolean outstanding() {
        return phase == Progress.Phase.SETTLING
                || (fleets.phases().isEmpty()
                        && (ledger.awaited() > 0
                                || movement.last().unacknowledged() > 0
                                || fleets.statistics().due > 0
                                || fleets.statistics().online < fleets.honest()));
    }

    private void writeStory() {
        double nowS = fleets.elapsedS();
        if (nowS - sampledS >= SAMPLE_S) {
            sampledS = nowS;
            story.sample(nowS);
        }
        if (phase == Progress.Phase.PUBLISHING && !fleets.phases().isEmpty()) {
            int now = fleets.phases().at(nowS);
            if (now != phaseNumber && now < fleets.phases().count()) {
                enterPhase(now);
            }
        }
    }

    private void enterPhase(int number) {
        phaseNumber = number;
        boolean unnamed = fleets.phases().isEmpty();
        story.phase(
                unnamed ? "publishing" : fleets.phases().phase(number).name(),
                unnamed ? 0 : fleets.phases().start(number));
    }

    private void end(boolean stuck, long nowMs) {
        phase = Progress.Phase.DONE;
        faults.end();
        fleets.sumUp();
        Tally tally = ledger.tally();
        Report result = new Report(
                ledger.runId(),
                RunTitle.of(plan),
                tally,
                plan.verify() == RunPlan.Verify.NONE ? Gaps.NONE : ledger.gaps(EXAMPLES_MAX),
                ledger.acknowledging().all(),
                ledger.arriving().all(),
                (publishedMs == 0 ? nowMs : publishedMs) - beganMs,
                movement.arrivedMs() - beganMs,
                stuck,
                ledgerFull,
                Trouble.of(fleets.statistics(), neverOnline, consumers),
                story.end(fleets.elapsedS()));
        consumers.close();
        leave().onComplete(closed -> {
            ledger.close();
            report.tryComplete(result);
        });
    }

    private Future<Void> leave() {
        return fleets.leave().eventually(metrics::close).eventually(proxies::close);
    }

    Progress progress() {
        boolean begun = phase != Progress.Phase.CONNECTING;
        double nowS = begun ? fleets.elapsedS() : 0;
        boolean named = begun
                && phase == Progress.Phase.PUBLISHING
                && phaseNumber < fleets.phases().count();
        return new Progress(
                phase,
                named ? fleets.phases().phase(phaseNumber).name() : "",
                ledger.tally(),
                fleets.messagesInAll(),
                fleets.honest(),
                fleets.statistics().online,
                Math.round(nowS * 1e3),
                Math.round(fleets.phases().end() * 1e3),
                fleets.statistics().due,
                Progress.Rates.of(story.last()),
                story.marks().stream()
                        .filter(mark -> mark.fromS() <= nowS && nowS < mark.toS())
                        .map(Mark::label)
                        .toList(),
                Map.copyOf(fleets.statistics().troubles));
    }

    private static long nowMs() {
        return System.nanoTime() / 1_000_000;
    }

    private final class FaultNotes implements Faults.Listener {
        @Override
        public void onBroken(FaultSpec fault) {
            double nowS = fleets.elapsedS();
            story.mark(nowS, nowS + fault.length().toNanos() / 1e9, fault.label(), fault.remark());
        }

        @Override
        public void onFailed(String sentence) {
            story.mark(fleets.elapsedS(), fleets.elapsedS(), sentence, "");
            fleets.statistics().trouble(sentence);
        }
    }
}
