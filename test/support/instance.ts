import { createBindings } from '../../shared/app/bindings.ts';
import { createFactBook } from '../../shared/app/fact-book.ts';
import { type Ran, type RegisterTargetsDeps, registerTargets } from '../../shared/app/register-targets.ts';
import { createSettledBook } from '../../shared/app/settled-book.ts';
import { createTold } from '../../shared/app/told.ts';
import { parseInput } from '../../shared/contracts/input.ts';
import { renderLaterWork } from '../../shared/contracts/later-work.ts';
import { isStandby } from '../../shared/contracts/standby-tag.ts';
import { wiringReaders } from '../../shared/contracts/wiring-readers.ts';
import type { Mode } from '../../shared/core/outcome.ts';
import type { Settings } from '../../shared/core/settings.ts';
import type { RegistrationBudget } from '../../shared/ports/budget.ts';
import { createDeadline } from '../../shared/runtime/deadline.ts';
import { createInMemoryPorts } from '../../simulator/ports/in-memory.ts';
import type { QueueUrls } from '../../simulator/ports/messages.ts';
import type { World } from '../../simulator/world.ts';

/** How an instance is set up; what is left out has the default of `npm run deploy`. */
export interface InstanceOptions {
  readonly mode?: Mode;
  readonly clusters?: readonly string[];
  readonly brakePercent?: number;
  readonly consent?: Settings['consent'];
  readonly queues: QueueUrls;
  readonly budget: RegistrationBudget;
}

/** Of a function that SQS wakes. */
export const TIMEOUT_MS = 60_000;
/** The function's own time-out: a sweep may use it all, as the handler says. */
const SWEEP_TIMEOUT_MS = 300_000;

/** An instance of `register-targets` over a world, with nothing kept from before, in the function's own glue. */
export const createInstance = (world: World, options: InstanceOptions): ((event: unknown) => Promise<Ran>) => {
  const { clock } = world;
  const ports = createInMemoryPorts(world, { queues: options.queues });
  const counted = { ...world.calls.counts() };
  const deps: RegisterTargetsDeps = {
    ...ports,
    budget: options.budget,
    bindings: createBindings({
      ...ports,
      tagPrefix: 'taskwire',
      ...wiringReaders({
        tagPrefix: 'taskwire',
        clusters: options.clusters ?? [],
        consent: options.consent ?? 'group',
      }),
    }),
    factBook: createFactBook(ports.tasks, ports.addresses),
    isStandby: (task) => isStandby(task.tags, 'taskwire'),
    settledBook: createSettledBook(clock.nowMs),
    told: createTold(),
    mode: options.mode ?? 'enforce',
    brakePercent: options.brakePercent ?? 50,
    renderLaterWork,
    calls: () =>
      Object.fromEntries(
        Object.entries(world.calls.counts()).map(([action, count]) => [action, count - (counted[action] ?? 0)]),
      ),
  };
  return async (event) => {
    const { messages } = parseInput(event, clock.nowMs());
    const asked = messages[0]?.input.kind;
    const whole = asked === 'sweep' || asked === 'by-hand';
    const deadline = createDeadline({
      clock,
      remainingMs: whole ? SWEEP_TIMEOUT_MS : TIMEOUT_MS,
      ...(whole && { workMs: Number.POSITIVE_INFINITY }),
    });
    try {
      return await registerTargets(messages, deps, { signal: deadline.work });
    } finally {
      deadline.end();
    }
  };
};
