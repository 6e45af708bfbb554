import type { Scope } from '../core/message.ts';
import { quote } from '../core/text.ts';
import { InputError } from '../errors.ts';
import { nearest } from './nearest.ts';
import { found, isRecord, memberOf } from './problem.ts';

/** A sweep that a person asks for. */
export interface ByHand {
  readonly kind: 'by-hand';
  readonly dryRun: boolean;
  readonly scope: Scope;
}

const NAME_OR_ECS_ARN = /^(?:arn:[\w-]+:ecs:[\w-]+:\d{12}:[\w/-]+|[\w-]{1,255})$/;
const NAME_OR_GROUP_ARN = /^(?:arn:[\w-]+:elasticloadbalancing:[\w-]+:\d{12}:targetgroup\/[\w/-]+|[A-Za-z0-9-]{1,32})$/;

/** What can narrow a sweep, and a repair. */
export const SCOPE_PATTERNS: Readonly<Record<keyof Scope, RegExp>> = {
  cluster: NAME_OR_ECS_ARN,
  service: NAME_OR_ECS_ARN,
  targetGroup: NAME_OR_GROUP_ARN,
};

const NARROWS = ['cluster', 'service', 'targetGroup'] as const;

/** What a person writes to ask for a sweep. */
export const BY_HAND_EXAMPLE = '{ "dryRun": true, "cluster": "production" }';

/** Whether this came from no sender of events, but from a person: then it is refused in words about what people write. */
export const isByHand = (event: unknown): event is Readonly<Record<string, unknown>> =>
  isRecord(event) && ['source', 'detail-type', 'detail'].every((name) => memberOf(event, name) === undefined);

const scopeMember = (event: unknown, name: keyof Scope): Scope => {
  const value = memberOf(event, name);
  if (value === undefined) return {};
  // Empty would mean all of them: the opposite of what somebody wanted who named one.
  if (typeof value !== 'string' || !SCOPE_PATTERNS[name].test(value)) {
    throw new InputError(`By hand: ${name} must be a name or an ARN, found ${found(value)}. Leave it out to mean all.`);
  }
  return { [name]: value };
};

/**
 * Reads what a person wrote to ask for a sweep.
 * @throws {InputError} If `dryRun` is missing, or anything is there that is not understood.
 */
export const parseByHand = (event: Readonly<Record<string, unknown>>): ByHand => {
  const known: readonly string[] = ['dryRun', ...NARROWS];
  // A misspelt member that was passed over would make the sweep wider than its caller meant.
  const unknown = Object.keys(event).find((name) => !known.includes(name));
  if (unknown !== undefined) {
    const meant = nearest(unknown, known);
    throw new InputError(
      `By hand: ${quote(unknown)} is not understood${meant ? `, did you mean ${meant}?` : '.'} ` +
        `Understood are ${known.join(', ')}, such as ${BY_HAND_EXAMPLE}.`,
    );
  }
  const dryRun = memberOf(event, 'dryRun');
  if (typeof dryRun !== 'boolean') {
    throw new InputError(
      `By hand: dryRun must be true or false, found ${found(dryRun)}. Write it such as ${BY_HAND_EXAMPLE}.`,
    );
  }
  const scope = Object.assign({}, ...NARROWS.map((name) => scopeMember(event, name)));
  return { kind: 'by-hand', dryRun, scope };
};
