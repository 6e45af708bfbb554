import type { Fault } from '../core/fault.ts';
import type { Action, Change, Finding, HeldChange, Mode } from '../core/outcome.ts';
import { crashLoop, refusedScaling, skippedReaction } from '../core/scaling/findings.ts';
import { type HoldStep, isOverdue, renderHold, stepsOf } from '../core/scaling/hold.ts';
import { resourceIdOf, type ScaledService } from '../core/scaling/observed.ts';
import { planScaling, type ScalingChange, type ScalingLimits } from '../core/scaling/plan.ts';
import { holdReasonsOf, type Trigger, wouldMove } from '../core/scaling/reaction.ts';
import { isCovered, type ScalingWrite, whatOf } from '../core/scaling/shown.ts';
import { scalingSightOf } from '../core/scaling/sight.ts';
import { parseSpot, planSpot, renderSpot, restoreAhead, type SpotStep } from '../core/scaling/spot.ts';
import { dispositionOf, IncompleteError } from '../errors.ts';
import { holdTag, lookAtScaling, type ScalingLook, type ScalingLookDeps, spotTag } from './look-at-scaling.ts';
import { reasonsOf, stoppingTasks } from './stopping-tasks.ts';

/** How one service's scaling is to be settled. */
export interface ScalingJob {
  readonly serviceArn: string;
  readonly trigger: Trigger;
  /** A look of a moment ago; `undefined`: look first. */
  readonly look?: ScalingLook;
  readonly mode: Mode;
  readonly limits: ScalingLimits;
  readonly holdMinutes: number;
  /** Which writes may be made: those that a person was shown. `undefined`: all. */
  readonly shown?: readonly ScalingWrite[];
  /** False: begin no hold, since nobody would come back to end it. Default true. */
  readonly mayHold?: boolean;
  /** True: end the hold that is, whatever it is for, and write nothing else. */
  readonly onlyRelease?: boolean;
  readonly signal?: AbortSignal;
}

/** What became of one service. */
export interface ScalingSettled {
  readonly serviceArn: string;
  readonly changes: readonly Change[];
  readonly held: readonly HeldChange[];
  readonly findings: readonly Finding[];
  /** What was seen last; `undefined`: the service is gone, or could not be looked at. */
  readonly look?: ScalingLook;
  /** What `changes` and `held` write, to be shown and agreed to. */
  readonly writes: readonly ScalingWrite[];
  readonly heldWrites: readonly ScalingWrite[];
  readonly error?: unknown;
}

/** One write, with what is told of it. */
interface Step {
  readonly action: Action;
  readonly what: string;
  readonly jump: number;
  readonly reason: string;
  /** Steps of one reaction: each rests on the one before, so that what is done can always be undone. */
  readonly chain?: 'hold' | 'spot';
  readonly write: () => Promise<void>;
}

/** The look that a write rests on is at most this old. */
const FRESH_MS = 2_000;
/** Looks at one service in one run; each write may need a new one. */
const LOOKS = 12;
/** What the end of a Spot wave writes. */
const FORGET = 'forget';

/** What is told of a change: a policy or schedule that goes is named, since nothing else tells which. */
const toldOf = (change: ScalingChange): Omit<Step, 'write' | 'chain'> => {
  const { action, reason } = change;
  const goes = action === 'delete-policy' || action === 'delete-schedule';
  return {
    action,
    what: whatOf(change),
    jump: action === 'put-target' ? change.jump : 0,
    reason: goes ? `${change.name}: ${reason}` : reason,
  };
};

const placeOf = ({ cluster, name }: ScaledService) => ({ cluster, service: name });

/** Settles one service's scaling: looks, plans, writes only what differs, and looks again where that took long. */
export const settleScaling = async (job: ScalingJob, deps: ScalingLookDeps): Promise<ScalingSettled> => {
  const { serviceArn, trigger, mode, limits } = job;
  const { scaling, scaledServices, clock, tagPrefix } = deps;
  const changes: Change[] = [];
  const findings = new Map<string, Finding>();
  const writes: ScalingWrite[] = [];
  let held: readonly HeldChange[] = [];
  let heldWrites: readonly ScalingWrite[] = [];
  let seen: ScalingLook | undefined;

  const note = (fault: Fault): void => {
    findings.set(`${fault.rule} ${fault.summary}`, { ...fault, resource: serviceArn });
  };

  const writeChange = (change: ScalingChange, resourceId: string): Promise<void> => {
    switch (change.action) {
      case 'put-target':
        return scaling.putTarget(resourceId, { bounds: change.bounds });
      case 'put-policy':
        return scaling.putPolicy(resourceId, change.policy);
      case 'delete-policy':
        return scaling.deletePolicy(resourceId, change.name);
      case 'put-schedule':
        return scaling.putSchedule(change.schedule);
      case 'delete-schedule':
        return scaling.deleteSchedule(resourceId, change.name);
    }
  };

  const holdSteps = async (look: ScalingLook): Promise<readonly Step[]> => {
    const { service, wish, target, hold } = look;
    if (target === undefined) return [];
    const at = { nowMs: clock.nowMs(), mostMinutes: job.holdMinutes };
    const reasons = job.onlyRelease ? [] : holdReasonsOf(service, wish, hold, trigger, at);
    if (job.mayHold === false && hold === undefined) return [];
    const steps = stepsOf(hold, target.suspended, reasons, Math.floor(at.nowMs / 1000));
    const moves = steps.some(({ kind }) => kind === 'suspend' || kind === 'resume')
      ? wouldMove(service, target, reasons.length > 0 ? 'holding scale-out' : 'releasing scale-out')
      : undefined;
    if (moves !== undefined) {
      note(moves);
      return [];
    }
    if (reasons.includes('crash') && steps.length > 0) {
      const why = reasonsOf(await stoppingTasks(placeOf(service), deps.tasks));
      note(
        crashLoop(
          `Tasks of ${service.name} do not start (${service.running} of ${service.desired} run), and scale-out is held${why === '' ? '' : `: ${why}`}.`,
          'Mend the task or roll the deployment back; the hold ends when the service is steady.',
        ),
      );
    }
    return steps.map((step) => ({ ...holdWrite(step, look, target.arn), chain: 'hold' as const }));
  };

  const holdWrite = (step: HoldStep, { service }: ScalingLook, targetArn: string): Step => {
    const tag = holdTag(tagPrefix);
    switch (step.kind) {
      case 'tag':
        return {
          action: 'suspend',
          what: 'remember',
          jump: 0,
          reason: `remember what was suspended before the hold for ${step.hold.reasons.join(' and ')}`,
          write: () => scaling.tag(targetArn, { [tag]: renderHold(step.hold) }),
        };
      case 'untag':
        return {
          action: 'resume',
          what: 'forget',
          jump: 0,
          reason: 'the hold is over',
          write: () => scaling.untag(targetArn, [tag]),
        };
      case 'suspend':
      case 'resume':
        return {
          action: step.kind,
          what: JSON.stringify(step.suspension),
          jump: 0,
          reason: step.reason,
          write: () => scaling.putTarget(resourceIdOf(service), { suspension: step.suspension }),
        };
    }
  };

  const spotSteps = async (look: ScalingLook): Promise<readonly Step[]> => {
    const { service, wish, target, policies, schedules } = look;
    const remembered = service.tags[spotTag(tagPrefix)];
    const memory = remembered === undefined ? undefined : parseSpot(remembered);
    const reacts = wish?.reactions.has('spot') === true && service.onFargate;
    // The tags no longer ask for anything: the restore that stands brings the bounds back, then the memory goes.
    if (wish === undefined) {
      const over = memory !== undefined && restoreAhead(schedules, clock.nowMs()) === undefined;
      return over ? [spotWrite({ kind: 'forget' }, look)] : [];
    }
    if (target === undefined || !(reacts || memory) || !(trigger.spot || memory)) return [];
    const stopping = await stoppingTasks(placeOf(service), deps.tasks);
    const leaving = stopping.filter(
      ({ stopCode, lastStatus }) => stopCode === 'SpotInterruption' && lastStatus !== 'STOPPED',
    ).length;
    const plan = planSpot({ service, wish, target, policies, schedules, leaving, memory, nowMs: clock.nowMs() });
    for (const fault of plan.faults) note(fault);
    return plan.steps.map((step) => ({ ...spotWrite(step, look), chain: 'spot' as const }));
  };

  const spotWrite = (step: SpotStep, { service }: ScalingLook): Step => {
    const tag = spotTag(tagPrefix);
    switch (step.kind) {
      case 'remember':
        return {
          action: 'raise-min',
          what: 'remember',
          jump: 0,
          reason: `remember ${step.memory.desired} tasks as wanted before the Spot wave`,
          write: () => scaledServices.tag(serviceArn, { [tag]: renderSpot(step.memory) }),
        };
      case 'put-restore':
        // When it strikes follows from now, and was not what somebody agreed to.
        return {
          action: 'put-schedule',
          what: step.schedule.name,
          jump: 0,
          reason: step.reason,
          write: () => scaling.putSchedule(step.schedule),
        };
      case 'raise-min':
        return {
          action: 'raise-min',
          what: `${step.bounds.min} ${step.bounds.max}`,
          jump: Math.max(0, step.bounds.min - service.desired),
          reason: step.reason,
          write: () => scaling.putTarget(resourceIdOf(service), { bounds: step.bounds }),
        };
      case 'forget':
        return {
          action: 'raise-min',
          what: FORGET,
          jump: 0,
          reason: 'the Spot wave is over',
          write: () => scaledServices.untag(serviceArn, [tag]),
        };
    }
  };

  const wishSteps = (look: ScalingLook): readonly Step[] => {
    const { service } = look;
    const plan = planScaling(scalingSightOf(look, clock.nowMs()), limits);
    for (const fault of plan.faults) note(fault);
    held = plan.held.map(({ change, reason }) => {
      const told = toldOf(change);
      return { action: told.action, resource: serviceArn, reason: `${reason}; ${told.reason}` };
    });
    heldWrites = plan.held.map(({ change }) => writeOf(toldOf(change)));
    const resourceId = resourceIdOf(service);
    const steps = plan.changes.map((change) => ({
      ...toldOf(change),
      write: () => writeChange(change, resourceId),
    }));
    const bounds = steps.find(({ action }) => action === 'put-target');
    if (bounds === undefined || isAgreed(bounds)) return steps;
    // Schedules would write the same bounds a little later, and policies may need the scalable target to be there.
    return steps.filter(({ action }) => action === 'delete-policy' || action === 'delete-schedule');
  };

  const writeOf = ({ action, what, jump }: Omit<Step, 'write'>): ScalingWrite => ({
    action,
    resource: serviceArn,
    what,
    jump,
  });
  const isAgreed = (step: Omit<Step, 'write'>): boolean =>
    job.shown === undefined || isCovered(writeOf(step), job.shown);

  /** @returns The steps, and whether a reaction waits for them: it rests on bounds that they write. */
  const plan = async (look: ScalingLook): Promise<{ readonly steps: readonly Step[]; readonly spotWaits: boolean }> => {
    seen = look;
    for (const finding of look.findings) findings.set(`${finding.rule} ${finding.summary}`, finding);
    const agreed = (steps: readonly Step[]): readonly Step[] => steps.filter(isAgreed);
    if (job.onlyRelease) return { steps: agreed(await holdSteps(look)), spotWaits: false };
    // A tag that cannot be understood changes nothing for its service; a hold ends all the same.
    if (look.wrong) {
      const over = look.hold !== undefined && isOverdue(look.hold, clock.nowMs(), job.holdMinutes);
      return { steps: over ? agreed(await holdSteps(look)) : [], spotWaits: false };
    }
    const holds = await holdSteps(look);
    const spot = await spotSteps(look);
    const wish = wishSteps(look);
    const raises = spot.some(({ what }) => what !== FORGET);
    if (raises && heldWrites.some(({ action }) => action === 'put-target')) {
      note(
        skippedReaction(
          `${look.service.name} has other bounds than its tags ask for, and those are held: raising min for Spot is not done, since the tags’ bounds would come in force behind it.`,
          'Apply what is held, or set bounds that need not be held.',
        ),
      );
      return { steps: agreed([...holds, ...wish]), spotWaits: false };
    }
    const spotWaits = raises && agreed(wish).some(({ action }) => action === 'put-target');
    return { steps: agreed(spotWaits ? [...holds, ...wish] : [...holds, ...spot, ...wish]), spotWaits };
  };

  const record = (step: Step, applied: boolean, why = ''): void => {
    const { action, reason } = step;
    changes.push({ action, resource: serviceArn, reason: `${reason}${why}`, applied });
    writes.push(writeOf(step));
  };

  /** Writes in order. `old`: the look grew old meanwhile; `refused`: AWS refused the bounds, on which the rest depends. */
  const write = async (steps: readonly Step[], lookedAtMs: number): Promise<'all' | 'old' | 'refused'> => {
    const broken = new Set<Step['chain']>();
    for (const step of steps) {
      if (broken.has(step.chain)) continue;
      job.signal?.throwIfAborted();
      if (clock.nowMs() - lookedAtMs > FRESH_MS) return 'old';
      try {
        await step.write();
        record(step, true);
      } catch (error) {
        if (dispositionOf(error) !== 'fail') throw error;
        // AWS says no: the service keeps what it has, and the rest goes on.
        const words = error instanceof Error ? error.message : String(error);
        record(step, false, `; AWS refused it: ${words}`);
        note(refusedScaling(words, 'Mend what AWS names; the next sweep tries again.'));
        // A suspension that no tag remembers would stay for ever, and so would a raised min that nothing restores.
        if (step.chain !== undefined) broken.add(step.chain);
        // Without a scalable target there is nothing that a policy or a schedule could belong to.
        if (step.action === 'put-target') return 'refused';
      }
    }
    return 'all';
  };

  const settled = (): ScalingSettled => ({
    serviceArn,
    changes,
    held,
    findings: [...findings.values()],
    ...(seen !== undefined && { look: seen }),
    writes,
    heldWrites,
  });

  const lookNow = async (): Promise<ScalingLook | undefined> => (await lookAtScaling([serviceArn], deps)).at(0);
  try {
    let look = job.look;
    for (let looks = 0; looks < LOOKS; looks++) {
      look ??= await lookNow();
      if (look === undefined) return settled();
      const { steps, spotWaits } = await plan(look);
      if (mode === 'observe') {
        for (const step of steps) record(step, false);
        return settled();
      }
      if (steps.length === 0) return settled();
      // A sweep's look knows holds from the tagging API, which lags: a hold of a moment ago would be taken for a person's.
      const written = look === job.look ? 'old' : await write(steps, look.lookedAtMs);
      if (written === 'refused' || (written === 'all' && !spotWaits)) return settled();
      look = undefined;
    }
    throw new IncompleteError(`${serviceArn}: its scaling was not settled after ${LOOKS} looks.`);
  } catch (error) {
    return { ...settled(), error };
  }
};
