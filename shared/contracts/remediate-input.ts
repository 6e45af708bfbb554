import { COLLECTORS, REPAIRS, type Remediation, type Repair, TARGET_REPAIRS } from '../core/remediation.ts';
import { quote } from '../core/text.ts';
import { InputError } from '../errors.ts';
import { SCOPE_PATTERNS } from './by-hand.ts';
import { nearest } from './nearest.ts';
import { found, isRecord, memberOf } from './problem.ts';

/** A repair that a person asks for. */
export interface RemediateInput {
  readonly remediation: Remediation;
  /** False: only shows what would be done. */
  readonly apply: boolean;
  /** Id of the plan that was shown; only with `apply`. */
  readonly plan?: string;
}

const MEMBERS = ['action', 'cluster', 'service', 'targetGroup', 'collector', 'apply', 'plan'] as const;
type Member = (typeof MEMBERS)[number];

const EXAMPLE = '{ "action": "sync-targets", "cluster": "production" }';

/** Repairs that a target group narrows: of its targets, and of the scaling of the services it is wired to. */
const OF_GROUPS: readonly Repair[] = [...TARGET_REPAIRS, 'sync-scaling'];

/** The repairs that this member is of use for. */
const FITS: Readonly<Partial<Record<Member, readonly Repair[]>>> = {
  targetGroup: OF_GROUPS,
  collector: ['attach-sidecar'],
};

/** In the words of the function and of the command line. */
const WORDS: Readonly<Partial<Record<Member, string>>> = { targetGroup: 'a target group', collector: 'a collector' };

const choice = <T extends string>(value: unknown, name: Member, choices: readonly T[]): T => {
  const chosen = choices.find((each) => each === value);
  if (chosen !== undefined) return chosen;
  const meant = typeof value === 'string' ? nearest(value, choices) : undefined;
  throw new InputError(
    `remediate: ${name} must be one of ${choices.join(', ')}, found ${found(value)}${meant === undefined ? '' : `; did you mean ${meant}?`}.`,
  );
};

const nameOf = (event: unknown, name: 'cluster' | 'service' | 'targetGroup'): string | undefined => {
  const value = memberOf(event, name);
  if (value === undefined) return undefined;
  // Empty would mean all of them: the opposite of what somebody wanted who named one.
  if (typeof value === 'string' && SCOPE_PATTERNS[name].test(value)) return value;
  const cure = name === 'cluster' ? '' : ' Leave it out to mean all of the cluster.';
  throw new InputError(`remediate: ${name} must be a name or an ARN, found ${found(value)}.${cure}`);
};

const refuseUnknown = (event: Readonly<Record<string, unknown>>): void => {
  // A misspelt member that was passed over would make the repair wider than its caller meant.
  const unknown = Object.keys(event).find((name) => !MEMBERS.some((known) => known === name));
  if (unknown === undefined) return;
  const meant = nearest(unknown, MEMBERS);
  throw new InputError(
    `remediate: ${quote(unknown)} is not understood${meant === undefined ? '.' : `, did you mean ${meant}?`} ` +
      `Understood are ${MEMBERS.join(', ')}, such as ${EXAMPLE}.`,
  );
};

/**
 * Reads what a person asks of `remediate`. Whether a plan's id can be right is not looked at here.
 * @throws {InputError} At the first thing that is missing, not understood, or of no use for the action; names the cure.
 */
export const parseRemediation = (event: unknown): RemediateInput => {
  if (!isRecord(event)) throw new InputError(`remediate: expected an object, found ${found(event)}. Write ${EXAMPLE}.`);
  refuseUnknown(event);
  const action = choice(memberOf(event, 'action'), 'action', REPAIRS);
  for (const name of MEMBERS) {
    const fits = FITS[name];
    if (fits === undefined || fits.includes(action) || memberOf(event, name) === undefined) continue;
    throw new InputError(
      `remediate: ${WORDS[name] ?? name} is of no use for ${action}, only for ${fits.join(', ')}. Leave it out.`,
    );
  }
  const cluster = nameOf(event, 'cluster');
  if (cluster === undefined) throw new InputError(`remediate: cluster is missing. Name one, such as ${EXAMPLE}.`);
  const [service, targetGroup] = [nameOf(event, 'service'), nameOf(event, 'targetGroup')];
  const asked = memberOf(event, 'collector');
  const collector = asked === undefined ? undefined : choice(asked, 'collector', COLLECTORS);
  const apply = memberOf(event, 'apply') ?? false;
  if (typeof apply !== 'boolean') {
    throw new InputError(`remediate: apply must be true or false, found ${found(apply)}. Left out it means false.`);
  }
  const plan = memberOf(event, 'plan');
  if (plan !== undefined && typeof plan !== 'string') {
    throw new InputError(`remediate: plan must be the id of a plan that was shown, found ${found(plan)}.`);
  }
  if (plan !== undefined && !apply) {
    throw new InputError(
      'remediate: a plan was given and apply was not. Add "apply": true to do it, or leave plan out.',
    );
  }
  return {
    remediation: {
      action,
      cluster,
      ...(service !== undefined && { service }),
      ...(targetGroup !== undefined && { targetGroup }),
      ...(collector !== undefined && { collector }),
    },
    apply,
    ...(plan !== undefined && { plan }),
  };
};

/**
 * What the function was invoked with: one request of a person.
 * @throws {InputError} As `parseRemediation`.
 */
export const parseRemediateEvent = (
  event: unknown,
): {
  readonly messages: readonly (RemediateInput & { readonly id: string })[];
  readonly dropped: readonly [];
  readonly wrapped: false;
} => ({
  messages: [{ id: 'by-hand', ...parseRemediation(event) }],
  dropped: [],
  wrapped: false,
});
