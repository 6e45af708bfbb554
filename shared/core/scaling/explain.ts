import type { Action } from '../outcome.ts';
import type { Hold, HoldReason } from './hold.ts';
import { boundsAt } from './hours.ts';
import { isOurs, type Schedule, type ScheduledAction, type Suspension } from './observed.ts';
import { type ScalingChange, type ScalingPlan, type ScalingSight, SPOT_RESTORE } from './plan.ts';
import { metricKeyOf } from './policies.ts';
import type { SpotMemory } from './spot.ts';
import type { Bounds, Reaction } from './wish.ts';

/** One part of a service's scaling: what it is, whether the tags want it so, and why. */
export interface ScalingExplanation {
  /** `bounds`, `policy <name>`, `schedule <name>`, `scale-out`, `reaction deploy`… */
  readonly part: string;
  /**
   * `wanted`: as the tags want it. `differs`: it would be changed. `held`: the change waits for a person. `own`: a
   * person's, which stays. `acts`: a reaction is under way. `rests`: a reaction that has nothing to do, or is off.
   */
  readonly is: 'wanted' | 'differs' | 'held' | 'own' | 'acts' | 'rests';
  /** In words: one or two sentences. */
  readonly why: string;
  /** What Taskwire would do about it now, in words; `undefined` for nothing. */
  readonly would?: string;
}

/** What besides the plan explains a service's scaling. */
export interface ReactionSight {
  readonly hold: Hold | undefined;
  readonly memory: SpotMemory | undefined;
  /** Steps of reactions that would be made now, with their reasons. */
  readonly steps: readonly { readonly action: Action; readonly reason: string }[];
  /** How long a hold may last. */
  readonly mostMinutes: number;
}

const textOf = ({ min, max }: Bounds): string => `min ${min}, max ${max}`;

const nameOf = (change: ScalingChange): string | undefined => {
  switch (change.action) {
    case 'put-target':
      return undefined;
    case 'put-policy':
      return change.policy.name;
    case 'put-schedule':
      return change.schedule.name;
    case 'delete-policy':
    case 'delete-schedule':
      return change.name;
  }
};

const KINDS = {
  bounds: ['put-target'],
  policy: ['put-policy', 'delete-policy'],
  schedule: ['put-schedule', 'delete-schedule'],
} as const satisfies Readonly<Record<string, readonly ScalingChange['action'][]>>;

const isOf = (kind: keyof typeof KINDS, name: string | undefined, change: ScalingChange): boolean => {
  const actions: readonly ScalingChange['action'][] = KINDS[kind];
  return actions.includes(change.action) && nameOf(change) === name;
};

const VERBS: Readonly<Record<ScalingChange['action'], string>> = {
  'put-target': 'set the bounds',
  'put-policy': 'set the policy',
  'delete-policy': 'delete the policy',
  'put-schedule': 'set the schedule',
  'delete-schedule': 'delete the schedule',
};

/** What the plan says about one part: that it differs or is held, or nothing. */
const verdictOf = (
  plan: ScalingPlan,
  kind: keyof typeof KINDS,
  name?: string,
): Pick<ScalingExplanation, 'is' | 'would'> => {
  const change = plan.changes.find((each) => isOf(kind, name, each));
  if (change !== undefined) return { is: 'differs', would: `${VERBS[change.action]}: ${change.reason}` };
  const held = plan.held.find((each) => isOf(kind, name, each.change));
  if (held === undefined) return { is: 'wanted' };
  return { is: 'held', would: `${VERBS[held.change.action]} only for a person: ${held.reason}; ${held.change.reason}` };
};

const boundsOf = ({ wish, target, meant, nowMs }: ScalingSight, plan: ScalingPlan): ScalingExplanation => {
  const has = target === undefined ? 'It is not scalable yet' : `It has ${textOf(target)}`;
  if (wish === undefined) return { part: 'bounds', is: 'own', why: `${has}, and no tag asks for bounds: they stay.` };
  const asked = boundsAt(wish, nowMs);
  const byHours = wish.hours.length === 0 ? '' : asked === wish.bounds ? ' (outside of the hours)' : ' (by the hours)';
  const raised = meant === undefined ? '' : ` Until the Spot wave is over ${textOf(meant)} are meant.`;
  return {
    part: 'bounds',
    ...verdictOf(plan, 'bounds'),
    why: `${has}; the tags ask for ${textOf(asked)} now${byHours}.${raised}`,
  };
};

const policiesOf = ({ policies }: ScalingSight, plan: ScalingPlan): readonly ScalingExplanation[] => {
  const there = policies.map(({ name, tracking }): ScalingExplanation => {
    const key = tracking === undefined ? undefined : metricKeyOf(tracking.metric);
    const follows =
      tracking === undefined ? 'no target tracking' : `${key ?? 'a metric expression'} at ${tracking.targetValue}`;
    return isOurs(name)
      ? { part: `policy ${name}`, ...verdictOf(plan, 'policy', name), why: `It follows ${follows}.` }
      : { part: `policy ${name}`, is: 'own', why: `It is a person's (${follows}), and stays.` };
  });
  const known = new Set(policies.map(({ name }) => name));
  return [...there, ...missingOf('policy', known, plan)];
};

const missingOf = (
  kind: 'policy' | 'schedule',
  known: ReadonlySet<string>,
  plan: ScalingPlan,
): readonly ScalingExplanation[] =>
  [...plan.changes, ...plan.held.map(({ change }) => change)].flatMap((change) => {
    const name = nameOf(change);
    if (name === undefined || known.has(name) || !isOf(kind, name, change)) return [];
    return [{ part: `${kind} ${name}`, ...verdictOf(plan, kind, name), why: 'It is not there.' }];
  });

const minutesText = (ms: number): string => `${Math.max(1, Math.round(Math.abs(ms) / 60_000))} min`;

const whenText = (schedule: Schedule, nowMs: number): string => {
  if (schedule.kind === 'recurring') return `${schedule.expression} ${schedule.zone}`;
  return schedule.atMs > nowMs
    ? `in ${minutesText(schedule.atMs - nowMs)}`
    : `${minutesText(schedule.atMs - nowMs)} ago`;
};

const writesText = ({ min, max }: ScheduledAction): string =>
  [min !== undefined && `min ${min}`, max !== undefined && `max ${max}`].filter(Boolean).join(', ');

const schedulesOf = ({ schedules, nowMs }: ScalingSight, plan: ScalingPlan): readonly ScalingExplanation[] => {
  const there = schedules.map((each): ScalingExplanation => {
    const { name } = each;
    const says = `${writesText(each)} at ${whenText(each.schedule, nowMs)}`.replace(' at in ', ' in ');
    if (!isOurs(name)) return { part: `schedule ${name}`, is: 'own', why: `It is a person's (${says}), and stays.` };
    if (name === SPOT_RESTORE) {
      return { part: `schedule ${name}`, ...verdictOf(plan, 'schedule', name), why: `It ends the Spot wave: ${says}.` };
    }
    return { part: `schedule ${name}`, ...verdictOf(plan, 'schedule', name), why: `It sets ${says}.` };
  });
  const known = new Set(schedules.map(({ name }) => name));
  return [...there, ...missingOf('schedule', known, plan)];
};

const SUSPENDED = [
  ['scaleIn', 'scale-in'],
  ['scaleOut', 'scale-out'],
  ['scheduled', 'scheduled scaling'],
] as const satisfies readonly (readonly [keyof Suspension, string])[];

const ENDS: Readonly<Record<HoldReason, string>> = {
  deploy: 'no deployment runs',
  crash: 'the service is steady',
};

const suspensionOf = (
  { target, nowMs }: ScalingSight,
  { hold, mostMinutes, steps }: ReactionSight,
): readonly ScalingExplanation[] => {
  if (target === undefined) return [];
  return SUSPENDED.flatMap(([flag, part]): readonly ScalingExplanation[] => {
    if (!target.suspended[flag]) return [];
    if (flag !== 'scaleOut' || hold === undefined || hold.former.scaleOut) {
      return [{ part, is: 'own', why: 'A person suspended it, and so it stays.' }];
    }
    const lasts = minutesText(nowMs - hold.sinceSeconds * 1000);
    const end = hold.reasons.map((reason) => ENDS[reason]).join(' and ');
    const why = `It is held for ${hold.reasons.join(' and ')}, for ${lasts} so far, until ${end}, and no longer than ${mostMinutes} min.`;
    const release = steps.find(({ action }) => action === 'resume');
    return [
      release === undefined
        ? { part, is: 'acts', why }
        : { part, is: 'differs', why, would: `release it: ${release.reason}` },
    ];
  });
};

const deployText = ({ service, nowMs }: ScalingSight, { hold, mostMinutes }: ReactionSight): string => {
  const since = service.deployingSinceMs;
  if (since === undefined) return 'no deployment runs.';
  const runs = `a deployment runs for ${minutesText(nowMs - since)} now`;
  if (hold?.reasons.includes('deploy')) return `${runs}, and scale-out is held.`;
  return nowMs - since > mostMinutes * 60_000
    ? `${runs}, longer than scale-out may be held.`
    : `${runs}; the deployed function holds scale-out with the next event or sweep.`;
};

const crashText = ({ service }: ScalingSight, { hold }: ReactionSight): string =>
  hold?.reasons.includes('crash')
    ? `tasks do not start (${service.running} of ${service.desired} run), and scale-out is held.`
    : 'ECS told of no task that does not start.';

const spotText = ({ service }: ScalingSight, { memory }: ReactionSight): string => {
  if (!service.onFargate) return 'it has no effect, since not all of the service is on Fargate.';
  return memory === undefined
    ? 'no Spot task is being taken back.'
    : `a Spot wave is under way; ${memory.desired} tasks were wanted before it.`;
};

const TEXTS = { deploy: deployText, crash: crashText, spot: spotText } as const;

const reactionOf = (reaction: Reaction, sight: ScalingSight, reactions: ReactionSight): ScalingExplanation => {
  const part = `reaction ${reaction}`;
  if (!sight.wish?.reactions.has(reaction)) return { part, is: 'rests', why: 'Off: the tags do not choose it.' };
  const { hold, memory, steps } = reactions;
  const over = reaction === 'spot' ? steps.find(({ action }) => action === 'raise-min') : undefined;
  if (over !== undefined) {
    return { part, is: 'differs', why: 'On: the last step is still to be made.', would: `end it: ${over.reason}` };
  }
  const acts = reaction === 'spot' ? memory !== undefined : (hold?.reasons.includes(reaction) ?? false);
  return { part, is: acts ? 'acts' : 'rests', why: `On: ${TEXTS[reaction](sight, reactions)}` };
};

/**
 * Says of each part of a service's scaling whether it is as the tags want it, and why a reaction or hold stands.
 * @param plan What would be done, of the same sight.
 * @returns Bounds, policies, schedules, suspensions, reactions; those of a service without a wish: only what is there.
 */
export const explainScaling = (
  sight: ScalingSight,
  plan: ScalingPlan,
  reactions: ReactionSight,
): readonly ScalingExplanation[] => {
  const { wish, target } = sight;
  if (wish === undefined && target === undefined) return [];
  return [
    boundsOf(sight, plan),
    ...policiesOf(sight, plan),
    ...schedulesOf(sight, plan),
    ...suspensionOf(sight, reactions),
    ...(wish === undefined
      ? []
      : (['deploy', 'crash', 'spot'] as const).map((each) => reactionOf(each, sight, reactions))),
  ];
};
