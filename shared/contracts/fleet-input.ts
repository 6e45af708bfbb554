import * as v from 'valibot';
import {
  FLEET_FOLDER,
  type FleetFailure,
  type FleetTarget,
  fleetTargetName,
  type PlacedTarget,
  repeatedTargets,
} from '../core/audit/fleet.ts';
import { InputError } from '../errors.ts';
import { type AuditInput, parseAuditInput } from './audit-input.ts';
import { check, isRecord, memberOf } from './problem.ts';

/** The steps of an audit of a fleet, as its state machine calls them. */
export type FleetInput =
  /** Reads and checks the list, and puts it where the others find it. */
  | {
      readonly step: 'begin';
      /** Name of the execution. */
      readonly run: string;
      readonly targets?: readonly FleetTarget[];
      /** Of the list in the report bucket, where none is given. */
      readonly key?: string;
      /** Name of the role in the other accounts, where a target names none. */
      readonly role?: string;
      readonly externalId?: string;
    }
  /** Looks at one target. */
  | { readonly step: 'target'; readonly target: PlacedTarget }
  /** Keeps why there is no report of a target. */
  | { readonly step: 'failed'; readonly output: string; readonly failure: FleetFailure }
  /** Makes one report of all. */
  | { readonly step: 'reduce'; readonly run: string };

/** What an invocation of `audit` was given. */
export interface ParsedAudit {
  readonly messages: readonly { readonly id: string; readonly input: AuditInput; readonly fleet?: FleetInput }[];
  readonly dropped: readonly never[];
  readonly wrapped: false;
}

const matching = (pattern: RegExp, what: string) => v.pipe(v.string(what), v.regex(pattern, what));

const TARGET = {
  account: v.exactOptional(matching(/^\d{12}$/, 'the 12 digits of an account, as text')),
  region: v.exactOptional(matching(/^[a-z]{2}(?:-[a-z]+)+-\d$/, 'the name of a Region')),
  cluster: v.exactOptional(matching(/^[\w-]{1,255}$/, 'the name of a cluster')),
  roleArn: v.exactOptional(matching(/^arn:[\w-]+:iam::\d{12}:role\/[\w+=,.@/-]{1,512}$/, 'the ARN of a role')),
  // https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
  externalId: v.exactOptional(matching(/^[\w+=,.@:/-]{2,1224}$/, 'an external id')),
};
const target = v.strictObject(TARGET, 'an object with account, region, cluster and roleArn');
const output = matching(new RegExp(`^${FLEET_FOLDER}/[\\w-]{1,80}/\\d{1,6}$`), 'a folder of the run');
const placed = v.strictObject({ ...TARGET, output }, 'an object with account, region, cluster, roleArn and output');

/** One function makes the report of all, and has all of them in its memory. */
const MOST_TARGETS = 1_000;
const list = v.pipe(
  v.array(target, 'a list of targets'),
  v.minLength(1, 'a list with at least one target'),
  v.maxLength(MOST_TARGETS, `a list of at most ${MOST_TARGETS} targets`),
);

const run = matching(/^[\w-]{1,80}$/, 'the name of an execution');
const begin = v.strictObject({
  fleet: v.literal('begin'),
  run,
  // Of the execution, as a person gave it.
  input: v.strictObject(
    {
      targets: v.exactOptional(list),
      key: v.exactOptional(matching(/^audit\/[\w!.*'()/-]{1,500}$/, 'a key that begins with audit/')),
    },
    'an object with targets or key, or none of both',
  ),
  role: v.exactOptional(matching(/^[\w+=,.@/-]{1,512}$/, 'the name of a role')),
  externalId: TARGET.externalId,
});
const text = v.string('text');
const failed = v.strictObject({
  fleet: v.literal('failed'),
  output,
  // As Step Functions names them.
  failure: v.object({ Error: v.exactOptional(text), Cause: v.exactOptional(text) }, 'an object with Error and Cause'),
});
const reduce = v.strictObject({ fleet: v.literal('reduce'), run });

const parseJson = (text: string, what: string): unknown => {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new InputError(`${what} is no JSON.`, { cause });
  }
};

const distinct = (targets: readonly FleetTarget[], what: string): readonly FleetTarget[] => {
  const [repeated] = repeatedTargets(targets);
  if (repeated === undefined) return targets;
  throw new InputError(
    `${what} names ${fleetTargetName(repeated)} twice, or beside all clusters of that place: take one of both out.`,
  );
};

/** Reads the list of targets that a person wrote. @throws {InputError} At the first thing that is wrong, or that repeats. */
export const parseFleetList = (text: string, what: string): readonly FleetTarget[] =>
  distinct(check(list, parseJson(text, what), what), what);

/** Reads why a target has no report. @throws {InputError} If the text is none. */
export const parseFleetFailure = (json: string): FleetFailure => {
  const what = 'Why there is no report';
  return check(
    v.object({ error: v.exactOptional(text), cause: v.exactOptional(text) }, 'an object'),
    parseJson(json, what),
    what,
  );
};

/** Reads the list of targets that the first step left. @throws {InputError} If it is none. */
export const parsePlacedTargets = (text: string): readonly PlacedTarget[] => {
  const what = 'The targets of the run';
  return check(v.array(placed, 'a list of targets'), parseJson(text, what), what);
};

const fleetInput = (event: Readonly<Record<string, unknown>>): FleetInput => {
  const what = 'Audit of a fleet';
  if (event.fleet === 'failed') {
    const { failure, output: folder } = check(failed, event, what);
    const { Error: error, Cause: cause } = failure;
    return {
      step: 'failed',
      output: folder,
      failure: { ...(error !== undefined && { error }), ...(cause !== undefined && { cause }) },
    };
  }
  if (Object.hasOwn(event, 'output')) return { step: 'target', target: check(placed, event, what) };
  if (event.fleet === 'reduce') return { step: 'reduce', run: check(reduce, event, what).run };
  const { fleet: _, input, ...rest } = check(begin, event, what);
  const { targets, key } = input;
  return {
    step: 'begin',
    ...rest,
    ...(key !== undefined && { key }),
    ...(targets !== undefined && { targets: distinct(targets, 'The list of targets') }),
  };
};

/**
 * Reads what `audit` was invoked with: as `parseAuditInput`, or a step of a fleet's state machine.
 * @throws {InputError} If it cannot be understood.
 */
export const parseAudit = (event: unknown): ParsedAudit => {
  if (!isRecord(event) || !(Object.hasOwn(event, 'output') || memberOf(event, 'fleet') !== undefined)) {
    return parseAuditInput(event);
  }
  return { messages: [{ id: 'bare', input: {}, fleet: fleetInput(event) }], dropped: [], wrapped: false };
};
