import * as v from 'valibot';
import type { HookCall, HookDetails } from '../core/gate/hook.ts';
import { clusterOfService, parseArn, serviceNameOf } from '../core/task/arn.ts';
import { quote } from '../core/text.ts';
import { InputError } from '../errors.ts';
import { serviceArn } from './ecs-arn.ts';
import { readLearnt } from './learnt-text.ts';
import { check, found, isRecord, memberOf } from './problem.ts';

/** What an invocation of `gate-deployment` was given. */
export interface ParsedHook {
  readonly messages: readonly [{ readonly id: string; readonly input: HookCall }];
  readonly dropped: readonly never[];
  readonly wrapped: false;
}

const WHAT = 'Deployment lifecycle hook';
const CURE =
  'ECS calls this function for the services whose deployments it gates; by hand, give it a payload such as events/deployment-hook/post-scale-up.json';

const named = (kind: string, parts: number) =>
  v.pipe(
    v.string(`the ARN of a ${kind.replace('-', ' ')}`),
    v.regex(
      new RegExp(`^arn:[\\w-]+:ecs:[\\w-]+:\\d{12}:${kind}(?:/[\\w-]{1,255}){${parts}}$`),
      `the ARN of a ${kind.replace('-', ' ')}`,
    ),
  );

const id = v.pipe(v.string('an id'), v.regex(/^[\w-]{1,128}$/, 'an id'));

// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/lambda-lifecycle-hooks.html#service-deployment-lifecycle-payloads
const PAYLOAD = v.object({
  executionId: id,
  lifecycleStage: v.pipe(v.string('the name of a stage'), v.regex(/^[A-Z_]{1,64}$/, 'the name of a stage')),
  resourceArn: named('service-deployment', 3),
  executionDetails: v.object(
    { serviceArn, targetServiceRevisionArn: named('service-revision', 3) },
    'an object with serviceArn and targetServiceRevisionArn',
  ),
});

/** A day: ECS waits no longer. https://docs.aws.amazon.com/AmazonECS/latest/developerguide/lambda-lifecycle-hooks.html#lambda-hook-timeout */
const MOST_MINUTES = 1_440;

/** AWS documents an object, and for CloudFormation a text that holds one. */
const detailsOf = (given: unknown): unknown => {
  if (typeof given !== 'string') return given;
  try {
    return JSON.parse(given);
  } catch {
    return undefined;
  }
};

const limitOf = (value: unknown): Pick<HookDetails, 'timeLimitMinutes' | 'timeLimitProblem'> => {
  if (value === undefined) return {};
  // CloudFormation and Terraform turn numbers into text.
  const minutes = typeof value === 'string' && /^\d{1,4}$/.test(value) ? Number(value) : value;
  const isRight = typeof minutes === 'number' && Number.isInteger(minutes) && minutes >= 1 && minutes <= MOST_MINUTES;
  if (isRight) return { timeLimitMinutes: minutes };
  return {
    timeLimitProblem: `timeLimitMinutes must be a whole number from 1 to ${MOST_MINUTES}, found ${found(value)}`,
  };
};

/** What cannot be understood is left out: a person may keep anything in the details, and a deployment must not fail for it. */
const readDetails = (given: unknown, nowMs: number): HookDetails => {
  const details = detailsOf(given);
  const startedAt = memberOf(details, 'startedAt');
  const startedAtMs = typeof startedAt === 'string' ? Date.parse(startedAt) : Number.NaN;
  const countOf = (name: 'tasks' | 'looks') => {
    const count = memberOf(details, name);
    return typeof count === 'number' && Number.isSafeInteger(count) && count >= 0 ? { [name]: count } : {};
  };
  const learnt = readLearnt(memberOf(details, 'learnt'));
  return {
    ...limitOf(memberOf(details, 'timeLimitMinutes')),
    // A start that lies ahead would put the end off.
    ...(startedAtMs <= nowMs && { startedAtMs }),
    ...countOf('tasks'),
    ...countOf('looks'),
    ...(learnt !== undefined && { learnt }),
  };
};

/** Refuses what is not of the account and Region that the function runs in: it could neither see nor judge it. */
const refuseForeign = (arns: readonly string[], functionArn: string | undefined): void => {
  const home = functionArn === undefined ? undefined : parseArn(functionArn);
  if (home === undefined) return;
  for (const text of arns) {
    const arn = parseArn(text);
    if (arn?.account === home.account && arn.region === home.region) continue;
    throw new InputError(
      `${WHAT}: ${quote(text)} is of account ${arn?.account} in ${arn?.region}, and this gate runs in account ${home.account} in ${home.region}, where it sees nothing of it. Deploy Taskwire there, and name that gate in the service's hook.`,
    );
  }
};

/**
 * Reads what ECS calls `gate-deployment` with.
 * @param functionArn Of the function that was invoked; left out, the payload's account is not checked.
 * @throws {InputError} If it is no such payload, or one of another account or Region: ECS then rolls the deployment back.
 */
export const parseHookInput = (event: unknown, nowMs: number, functionArn?: string): ParsedHook => {
  if (!isRecord(event)) throw new InputError(`${WHAT}: expected an object, found ${found(event)}. ${CURE}.`);
  let payload: v.InferOutput<typeof PAYLOAD>;
  try {
    payload = check(PAYLOAD, event, WHAT);
  } catch (error) {
    throw error instanceof InputError ? new InputError(`${error.message} ${CURE}.`, { cause: error }) : error;
  }
  const { executionDetails, lifecycleStage, executionId, resourceArn } = payload;
  const { serviceArn: arn, targetServiceRevisionArn: revisionArn } = executionDetails;
  refuseForeign([arn, revisionArn, resourceArn], functionArn);
  const [, cluster = '', service = ''] = revisionArn.split(':').at(-1)?.split('/') ?? [];
  if (serviceNameOf(arn) !== service || (clusterOfService(arn) ?? cluster) !== cluster) {
    throw new InputError(`${WHAT}: the revision ${quote(revisionArn)} is none of the service ${quote(arn)}. ${CURE}.`);
  }
  return {
    messages: [
      {
        id: executionId,
        input: {
          stage: lifecycleStage,
          serviceArn: arn,
          cluster,
          service,
          revisionArn,
          details: readDetails(memberOf(event, 'hookDetails'), nowMs),
        },
      },
    ],
    dropped: [],
    wrapped: false,
  };
};
