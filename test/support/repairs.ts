// Imported on demand otherwise, and virtual time does not wait for a first import.
import '../../shared/app/repair-scaling.ts';
import '../../shared/app/repair-sidecars.ts';
import '../../shared/app/repair-targets.ts';
import { createBindings } from '../../shared/app/bindings.ts';
import { createFactBook } from '../../shared/app/fact-book.ts';
import { type RemediateDeps, type RemediateOutcome, remediate } from '../../shared/app/remediate.ts';
import { createTold } from '../../shared/app/told.ts';
import { createRegistrationBudget } from '../../shared/aws/call-budget.ts';
import { foreignFillerOf } from '../../shared/contracts/foreign-tags.ts';
import { readTask } from '../../shared/contracts/read-task.ts';
import { parseRemediateEvent } from '../../shared/contracts/remediate-input.ts';
import { parseScalingTags } from '../../shared/contracts/scaling-tags.ts';
import { isStandby } from '../../shared/contracts/standby-tag.ts';
import { parseTracingTags } from '../../shared/contracts/tracing-tags.ts';
import { parseWiring } from '../../shared/contracts/wiring-tags.ts';
import type { Change } from '../../shared/core/outcome.ts';
import { createDeadline } from '../../shared/runtime/deadline.ts';
import { sha256 } from '../../shared/runtime/sha256.ts';
import { createInMemoryPorts } from '../../simulator/ports/in-memory.ts';
import type { World } from '../../simulator/world.ts';

/** What a test says of the stack. */
export interface RepairOptions {
  readonly mode?: RemediateDeps['mode'];
  readonly clusters?: readonly string[];
  /** Left out: the caller's own rights, as on the command line. */
  readonly passRoles?: readonly string[];
}

/** What a request came to. */
export interface RepairAnswer {
  readonly outcome: RemediateOutcome;
  /** Why the invocation fails, where it does. */
  readonly failed: readonly string[];
}

const TIMEOUT_MS = 300_000;

/** All that `remediate` works with, over an embedded AWS. */
const repairDeps = (
  world: World,
  { mode = 'enforce', clusters = [], passRoles }: RepairOptions = {},
): RemediateDeps => {
  const ports = createInMemoryPorts(world);
  const counted = { ...world.calls.counts() };
  return {
    ...ports,
    budget: createRegistrationBudget({ clock: world.clock, perSecond: 1, parts: 1 }),
    bindings: createBindings({
      ...ports,
      tagPrefix: 'taskwire',
      parseWiring: (tags, resource) => parseWiring(tags, { prefix: 'taskwire', resource, watchedClusters: clusters }),
      foreignFillerOf,
    }),
    factBook: createFactBook(ports.tasks, ports.addresses),
    isStandby: (task) => isStandby(task.tags, 'taskwire'),
    tagPrefix: 'taskwire',
    parseScalingTags: (tags, resource) => parseScalingTags(tags, { prefix: 'taskwire', resource }),
    tracing: 'required',
    parseTracingTags: (tags, resource) => parseTracingTags(tags, { prefix: 'taskwire', resource }),
    readTask,
    ...(passRoles !== undefined && { passRoles }),
    holdMinutes: 30,
    clusters,
    told: createTold(),
    mode,
    sha256,
    brakePercent: 50,
    calls: () =>
      Object.fromEntries(
        Object.entries(world.calls.counts()).map(([action, count]) => [action, count - (counted[action] ?? 0)]),
      ),
  };
};

/** Invokes `remediate` as a person does, on an instance of its own, in virtual time. */
export const ask = async (world: World, event: unknown, options: RepairOptions = {}): Promise<RepairAnswer> => {
  const { clock } = world;
  const deadline = createDeadline({ clock, remainingMs: TIMEOUT_MS, workMs: Number.POSITIVE_INFINITY });
  const run = async (): Promise<RepairAnswer> => {
    const [request] = parseRemediateEvent(event).messages;
    if (request === undefined) throw new Error('nothing was asked');
    const { outcome, failed } = await remediate(request, repairDeps(world, options), { signal: deadline.work });
    return { outcome, failed: failed.map(({ cause }) => cause) };
  };
  try {
    return await clock.until(run());
  } finally {
    deadline.end();
  }
};

/** Asks for the plan of a repair. */
export const show = async (world: World, event: object, options: RepairOptions = {}) => {
  const answer = await ask(world, event, options);
  const { plan } = answer.outcome;
  if (plan === undefined) throw new Error('no plan was shown');
  return { ...answer, plan };
};

/** `deregister 10.0.0.4:8080 web` */
export const inShort = (changes: readonly Change[]): readonly string[] =>
  changes
    .map(({ action, target, resource }) => {
      const name = /:targetgroup\/([^/]+)/.exec(resource)?.[1] ?? resource.slice(resource.lastIndexOf('/') + 1);
      return [action, target && `${target.id}:${target.port}`, name].filter(Boolean).join(' ');
    })
    .toSorted();
