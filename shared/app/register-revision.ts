import { isObject, type JsonObject, jsonOf } from '../core/tracing/json.ts';
import { type PlannedSidecar, type SidecarChange, withTags } from '../core/tracing/plan-sidecar.ts';
import { meansTheSame } from '../core/tracing/same-definition.ts';
import { NotFoundError, OutOfTimeError } from '../errors.ts';
import type { Clock } from '../ports/clock.ts';
import type { Definitions } from '../ports/definitions.ts';
import type { Rollouts } from '../ports/rollouts.ts';
import { FRESH_MS, isAgain, nameOf, PAUSE_MS, TRIES } from './roll-out.ts';

/**
 * A revision as RegisterTaskDefinition would take it, tags included.
 * @param name ARN of a revision, or a family for its newest one.
 * @returns `undefined` where ECS describes none.
 */
export const describeRegistrable = async (
  name: string,
  definitions: Definitions,
): Promise<{ readonly arn: string | undefined; readonly definition: JsonObject } | undefined> => {
  try {
    const { definition, tags } = await definitions.describe(name);
    const json = jsonOf(definition);
    if (!isObject(json)) return undefined;
    const { taskDefinitionArn: arn } = json;
    return { arn: typeof arn === 'string' ? arn : undefined, definition: withTags(json, tags) };
  } catch (error) {
    if (error instanceof NotFoundError) return undefined;
    throw error;
  }
};

/** Why a change may no longer be made; `undefined`: a new look comes to the same as was shown. */
const differenceTo = (planned: PlannedSidecar | undefined, shown: SidecarChange): string | undefined => {
  if (planned === undefined) return 'The service is gone.';
  if (planned.kind === 'refused') return planned.reasons.join(' ');
  if (planned.kind === 'unchanged') return planned.reason;
  if (planned.kind === 'manual') return planned.reason;
  if (planned.former !== shown.former)
    return `It runs ${nameOf(planned.former)} now, and not ${nameOf(shown.former)} as shown.`;
  return planned.canonical === shown.canonical
    ? undefined
    : 'The new revision would no longer be the one that was shown.';
};

/** A revision, or why none was registered. */
export type Registered = { readonly revision: string; readonly isNew: boolean } | { readonly refused: string };

/** Registers what a change needs, once for all services that need the same. */
export type Registrar = (shown: SidecarChange) => Promise<Registered>;

/**
 * Services that need the same revision get the one that the first of them registers. Why another service was refused
 * or failed says nothing about this one: then it tries itself.
 */
const onceEach = (register: Registrar): Registrar => {
  const pending = new Map<string, Promise<Registered>>();
  return async (shown) => {
    const key = JSON.stringify([shown.former, shown.canonical]);
    for (let other = pending.get(key); other !== undefined; other = pending.get(key)) {
      const got = await other.catch(() => undefined);
      if (got !== undefined && !('refused' in got)) return got;
      if (pending.get(key) === other) pending.delete(key);
    }
    const own = register(shown);
    pending.set(key, own);
    return own;
  };
};

/**
 * A registrar for one run. The revision is the newest of the family where that comes to the same already (an earlier call
 * registered it, or its answer was lost), else a new one; what is no longer as it was shown is refused.
 * @param lookAgain What is to be done for the service by a look of now.
 */
export const createRegistrar = (
  deps: {
    readonly rollouts: Pick<Rollouts, 'turn' | 'register'>;
    readonly definitions: Definitions;
    readonly clock: Clock;
  },
  lookAgain: (shown: SidecarChange) => Promise<PlannedSidecar | undefined>,
  signal?: AbortSignal,
): Registrar => {
  const { rollouts, definitions, clock } = deps;
  return onceEach(async (shown) => {
    const { family } = shown.definition;
    for (let tries = 1; ; tries++) {
      if (signal?.aborted) throw new OutOfTimeError(`${shown.service}: the time was over before anything was changed.`);
      await rollouts.turn('register', signal);
      const lookedAtMs = clock.nowMs();
      const [planned, newest] = await Promise.all([
        lookAgain(shown),
        typeof family === 'string' ? describeRegistrable(family, definitions) : undefined,
      ]);
      const refused = differenceTo(planned, shown);
      if (refused !== undefined) return { refused };
      if (newest?.arn !== undefined && meansTheSame(newest.definition, shown.definition)) {
        return { revision: newest.arn, isNew: false };
      }
      if (clock.nowMs() - lookedAtMs <= FRESH_MS) {
        try {
          return { revision: await rollouts.register(shown.definition), isNew: true };
        } catch (error) {
          if (!isAgain(error) || tries >= TRIES) throw error;
        }
      } else if (tries >= TRIES) {
        throw new OutOfTimeError(
          `${shown.service}: looking takes longer than a look may be old; its reads are throttled.`,
        );
      }
      await clock.sleep(PAUSE_MS);
    }
  });
};
