import type { Message, Scope } from '../core/message.ts';
import type { Finding, Mode, Outcome } from '../core/outcome.ts';
import type { ScalingInput } from '../core/scaling/message.ts';
import { isOurs } from '../core/scaling/observed.ts';
import type { ScalingLimits } from '../core/scaling/plan.ts';
import { mergeTriggers, NO_TRIGGER, type Trigger } from '../core/scaling/reaction.ts';
import { clusterNameOf, parseArn, serviceNameOf } from '../core/task/arn.ts';
import { dispositionOf } from '../errors.ts';
import type { Events } from '../ports/events.ts';
import type { Queue } from '../ports/queue.ts';
import { announce } from './announce.ts';
import { causeOf, type Failed } from './hand-on.ts';
import { holdTag, lookAtScaling, readAccount, type ScalingLook, type ScalingLookDeps } from './look-at-scaling.ts';
import { servicesOfGroup } from './services-of-group.ts';
import { type ScalingJob, type ScalingSettled, settleScaling } from './settle-scaling.ts';
import { sideBySide } from './side-by-side.ts';
import type { Told } from './told.ts';

/** What a sweep of scaling needs. */
export interface SweepScalingDeps extends ScalingLookDeps {
  readonly holdMinutes: number;
  /** Names of the clusters that are watched; empty means all. */
  readonly clusters: readonly string[];
}

/** What `adjust-scaling` is built from. */
export interface AdjustScalingDeps extends SweepScalingDeps {
  readonly events: Events;
  /** The function's own queue: FIFO, so that there is one writer. */
  readonly queue: Queue;
  /** Whether that queue is there; without it (tried by hand) a sweep is made at once. */
  readonly queued: boolean;
  readonly told: Told;
  readonly mode: Mode;
  readonly brakePercent: number;
  readonly calls: () => Readonly<Record<string, number>>;
}

/** What to look at of scaling, and how. */
export interface ScalingSweep {
  readonly scope: Scope;
  readonly mode: Mode;
  readonly limits: ScalingLimits;
  /** Which writes may be made: those that a person was shown. `undefined`: all. */
  readonly shown?: ScalingJob['shown'];
  readonly mayHold?: ScalingJob['mayHold'];
  readonly signal?: AbortSignal;
}

/** A figure about a run, for metrics. */
interface ScalingMeasure {
  readonly name: 'Swept' | 'EventsRefused';
  /** A count. */
  readonly value: number;
}

/** What a run comes to. */
export interface Adjusted {
  readonly outcome: Outcome & { readonly queued?: true };
  readonly measures: readonly ScalingMeasure[];
  readonly failed: readonly Failed[];
}

const SERVICES_AT_ONCE = 4;
/** Tries of a service within one run; what fails then is left to the failure queue and to the next sweep. */
const TRIES = 3;
const PAUSE_MS = 1_000;

const within = (serviceArn: string, { cluster, service }: Scope): boolean => {
  if (service !== undefined && service !== serviceArn && serviceNameOf(serviceArn) !== serviceNameOf(service))
    return false;
  return cluster === undefined || clusterOf(serviceArn) === clusterNameOf(cluster);
};

/** `arn:…:service/<cluster>/<service>`; the short form tells no cluster. */
const clusterOf = (serviceArn: string): string => parseArn(serviceArn)?.resource.split('/').at(-2) ?? '';

const needsWork = (
  { wish, wrong, findings, policies, schedules, hold, service }: ScalingLook,
  prefix: string,
): boolean =>
  wish !== undefined ||
  wrong ||
  findings.length > 0 ||
  hold !== undefined ||
  service.tags[`${prefix}:spot`] !== undefined ||
  [...policies, ...schedules].some(({ name }) => isOurs(name));

/** ARN of a service from the id of its scalable target, in the account and region of an ARN that is known. */
export const arnFromResourceId = (resourceId: string, like: string): string | undefined => {
  const [, cluster, service] = resourceId.split('/');
  const arn = parseArn(like);
  if (arn === undefined || cluster === undefined || service === undefined) return undefined;
  return `arn:${arn.partition}:ecs:${arn.region}:${arn.account}:service/${cluster}/${service}`;
};

const tryAgain = async (job: ScalingJob, deps: ScalingLookDeps): Promise<ScalingSettled> => {
  let settled = await settleScaling(job, deps);
  const { look: _, ...anew } = job;
  for (
    let tries = 1;
    tries < TRIES && settled.error !== undefined && dispositionOf(settled.error) === 'retry';
    tries++
  ) {
    await deps.clock.sleep(PAUSE_MS * 2 ** tries, job.signal);
    const next = await settleScaling(anew, deps);
    settled = {
      ...next,
      changes: [...settled.changes, ...next.changes],
      writes: [...settled.writes, ...next.writes],
    };
  }
  return settled;
};

/** Looks at all that carry the scaling tag, and at all that still have what a tag once asked for. */
const lookAround = async (scope: Scope, deps: SweepScalingDeps): Promise<readonly ScalingLook[]> => {
  const { scaling, scaledServices, tagPrefix } = deps;
  const watched = (arn: string): boolean => deps.clusters.length === 0 || deps.clusters.includes(clusterOf(arn));
  const { service, targetGroup } = scope;
  if (targetGroup !== undefined) {
    const named = await servicesOfGroup(targetGroup, deps);
    const arns = named.flatMap(
      (each) => arnFromResourceId(`service/${each.cluster}/${each.service}`, each.targetGroupArn) ?? [],
    );
    return lookAtScaling(arns.filter((arn) => within(arn, scope) && watched(arn)).toSorted(), deps);
  }
  if (service !== undefined && clusterOf(service) !== '') {
    // One service by its ARN: what the account has besides is no matter.
    return within(service, scope) && watched(service) ? lookAtScaling([service], deps) : [];
  }
  const [tagged, held] = await Promise.all([
    scaledServices.tagged(`${tagPrefix}:scaling`),
    scaling.tagged(holdTag(tagPrefix)),
  ]);
  // Without either nothing says in which cluster to look, so an account that does not use scaling pays these two calls.
  const [like] = [...tagged, ...held.keys()];
  if (like === undefined) return [];
  const account = await readAccount(deps, held);
  // Services whose tag was taken away are known by what they still have.
  const left = [...account.policies, ...account.schedules]
    .filter(([, of]) => of.some(({ name }) => isOurs(name)))
    .flatMap(([resourceId]) => arnFromResourceId(resourceId, like) ?? []);
  const inScope = (arns: readonly string[]): readonly string[] =>
    [...new Set(arns)].filter((arn) => within(arn, scope) && watched(arn)).toSorted();
  const arns = inScope([...tagged, ...left]);
  const looks = await lookAtScaling(arns, deps, account);
  // A hold may be all that is left, where the tag went and its event was lost; its own tag does not tell the service.
  const seen = new Set(looks.map(({ target }) => target?.arn));
  if ([...held.keys()].some((arn) => !seen.has(arn))) {
    const targets = (await scaling.targets()).filter(({ arn }) => held.has(arn) && !seen.has(arn));
    const more = inScope(targets.flatMap(({ resourceId }) => arnFromResourceId(resourceId, like) ?? []));
    return [...looks, ...(await lookAtScaling(more, deps, account))];
  }
  return looks;
};

/**
 * Compares the scaling of every tagged service of the scope with its tags, and repairs the difference. Repeating is
 * safe. A service that fails is told in its `error`, and the others go on. A service whose scaling tag was taken away is
 * found as long as another service carries one, or when the scope names it by its ARN or a target group it is wired to.
 * @throws {InputError} If the scope names a target group that is wired to no service.
 * @throws {TaskwireError} If the services or the account's policies cannot be listed.
 */
export const sweepScaling = async (sweep: ScalingSweep, deps: SweepScalingDeps): Promise<readonly ScalingSettled[]> => {
  const { tagPrefix } = deps;
  const looks = await lookAround(sweep.scope, deps);
  return sideBySide(
    looks.filter((look) => needsWork(look, tagPrefix)),
    SERVICES_AT_ONCE,
    (look) =>
      tryAgain(
        {
          serviceArn: look.service.serviceArn,
          trigger: NO_TRIGGER,
          look,
          mode: sweep.mode,
          limits: sweep.limits,
          holdMinutes: deps.holdMinutes,
          ...(sweep.shown !== undefined && { shown: sweep.shown }),
          ...(sweep.mayHold !== undefined && { mayHold: sweep.mayHold }),
          ...(sweep.signal !== undefined && { signal: sweep.signal }),
        },
        deps,
      ),
  );
};

interface Asked {
  readonly serviceArn: string;
  readonly trigger: Trigger;
}

const askedOf = ({ input }: Message<ScalingInput>): Asked | undefined => {
  switch (input.kind) {
    case 'service':
      return {
        serviceArn: input.serviceArn,
        trigger: {
          impaired: input.eventName === 'SERVICE_TASK_START_IMPAIRED',
          steady: input.eventName === 'SERVICE_STEADY_STATE',
          spot: false,
        },
      };
    case 'tags':
      return { serviceArn: input.serviceArn, trigger: NO_TRIGGER };
    case 'spot': {
      const cluster = parseArn(input.clusterArn);
      if (cluster === undefined) return undefined;
      const { partition, region, account } = cluster;
      const name = `${clusterNameOf(input.clusterArn)}/${input.service}`;
      return {
        serviceArn: `arn:${partition}:ecs:${region}:${account}:service/${name}`,
        trigger: { ...NO_TRIGGER, spot: true },
      };
    }
    default:
      return undefined;
  }
};

/**
 * Each service's auto scaling follows its tags and reacts to events. One writer: what would write and was not taken
 * from the queue is put into it. Repeating is safe.
 * @param messages Understood messages; none means nothing to do, and no call.
 * @throws {TaskwireError} If what a person asked for could not be looked at, or names what is not there.
 */
export const adjustScaling = async (
  messages: readonly Message<ScalingInput>[],
  deps: AdjustScalingDeps,
  run: { readonly signal?: AbortSignal; readonly fromQueue: boolean },
): Promise<Adjusted> => {
  const limits: ScalingLimits = { brakePercent: deps.brakePercent, brakeReleased: false };
  const signal = run.signal === undefined ? {} : { signal: run.signal };
  const settled: ScalingSettled[] = [];
  const failed: Failed[] = [];
  const measures: ScalingMeasure[] = [];
  const broken: { readonly message: Message<ScalingInput>; readonly cause: string }[] = [];
  let mode = deps.mode;
  let queued = false;

  const enqueue = async (message: Message<ScalingInput>): Promise<void> => {
    const [unsent] = await deps.queue.sendAgain([{ body: message.body, delaySeconds: 0, postmark: message.postmark }]);
    if (unsent === undefined) queued = true;
    else failed.push({ id: message.id, cause: unsent.cause });
  };

  let hasSwept = false;
  const sweep = async (message: Message<ScalingInput>, scope: Scope, dryRun: boolean): Promise<void> => {
    const whole = message.input.kind === 'sweep';
    // Whoever asked hears of it; in the failure queue it would wait for somebody else.
    const answered = message.input.kind === 'by-hand' && !run.fromQueue;
    // Behind an outage many wait in the queue; what the first repaired, the next would only read again.
    if (whole && hasSwept) return;
    try {
      const swept = await sweepScaling({ scope, mode: dryRun ? 'observe' : deps.mode, limits, ...signal }, deps);
      settled.push(...swept);
      // Finished, though a service of it may be broken: that one is parked, with its cause.
      if (whole) measures.push({ name: 'Swept', value: 1 });
      hasSwept ||= whole;
      const wrong = swept.find(({ error }) => error !== undefined);
      if (wrong === undefined) return;
      const cause = `${wrong.serviceArn}: ${causeOf(wrong.error)}`;
      if (answered) failed.push({ id: message.id, cause });
      else broken.push({ message, cause });
    } catch (error) {
      if (answered) throw error;
      broken.push({ message, cause: causeOf(error) });
    }
  };

  const asked = new Map<string, { trigger: Trigger; messages: Message<ScalingInput>[] }>();
  for (const message of messages) {
    const { input } = message;
    const one = askedOf(message);
    if (one !== undefined) {
      const known = asked.get(one.serviceArn);
      asked.set(one.serviceArn, {
        trigger: known === undefined ? one.trigger : mergeTriggers(known.trigger, one.trigger),
        messages: [...(known?.messages ?? []), message],
      });
    }
    if (input.kind !== 'sweep' && input.kind !== 'by-hand') continue;
    const dryRun = input.kind === 'by-hand' && input.dryRun;
    if (dryRun) mode = 'observe';
    const scope = input.kind === 'by-hand' ? input.scope : {};
    if (!dryRun && !run.fromQueue && deps.queued) {
      // A name that cannot be right is refused here, while somebody waits for the answer.
      if (scope.targetGroup !== undefined) await servicesOfGroup(scope.targetGroup, deps);
      await enqueue(message);
    } else await sweep(message, scope, dryRun);
  }

  const watched = ([arn]: readonly [string, unknown]): boolean =>
    deps.clusters.length === 0 || deps.clusters.includes(clusterOf(arn));
  const events = [...asked].filter(watched);
  if (events.length > 0) await follow(events);

  async function follow(of: typeof events): Promise<void> {
    // Most services of an account carry no tag: they cost a tenth of one call, and nothing further.
    const described = await describe(of);
    if (described === undefined) return;
    const wanted = of.filter(([arn]) => described.has(arn));
    const results = await sideBySide(wanted, SERVICES_AT_ONCE, async ([serviceArn, { trigger, messages: from }]) => {
      const job = { serviceArn, trigger, mode: deps.mode, limits, holdMinutes: deps.holdMinutes, ...signal };
      const result = await tryAgain(job, deps);
      if (result.error !== undefined) {
        broken.push(...from.map((message) => ({ message, cause: `${serviceArn}: ${causeOf(result.error)}` })));
      }
      return result;
    });
    settled.push(...results);
  }

  async function describe(of: typeof events): Promise<ReadonlySet<string> | undefined> {
    try {
      const services = await deps.scaledServices.describe(of.map(([arn]) => arn));
      const prefix = `${deps.tagPrefix}:`;
      // A tag that was taken away leaves no trace on the service: its event says to look.
      const byTags = new Set(
        of.filter(([, { messages: from }]) => from.some(({ input }) => input.kind === 'tags')).map(([arn]) => arn),
      );
      return new Set(
        services
          .filter(
            ({ serviceArn, tags }) => byTags.has(serviceArn) || Object.keys(tags).some((key) => key.startsWith(prefix)),
          )
          .map(({ serviceArn }) => serviceArn),
      );
    } catch (error) {
      broken.push(
        ...of.flatMap(([, { messages: from }]) => from.map((message) => ({ message, cause: causeOf(error) }))),
      );
      return undefined;
    }
  }

  // A FIFO queue cannot hold one message back without the rest, so what still fails is parked with its cause; the next
  // sweep sees to the service in any case.
  if (broken.length > 0) {
    const parked = broken.map(({ message, cause }) => ({ body: message.body, postmark: message.postmark, cause }));
    const unparked = await deps.queue.park(parked);
    for (const { index, cause } of unparked) {
      const one = broken[index];
      if (one !== undefined) failed.push({ id: one.message.id, cause: `${one.cause} (${cause})` });
    }
  }

  const findings: readonly Finding[] = settled.flatMap((each) => each.findings);
  const outcome = {
    function: 'adjust-scaling',
    mode,
    changes: settled.flatMap((each) => each.changes),
    held: settled.flatMap((each) => each.held),
    findings,
  };
  const refused = await announce({ ...outcome, calls: {} }, deps.events, deps.told, deps.clock.nowMs());
  if (refused.length > 0) measures.push({ name: 'EventsRefused', value: refused.length });
  return {
    outcome: { ...outcome, calls: deps.calls(), ...(queued ? { queued: true as const } : {}) },
    measures,
    failed,
  };
};
