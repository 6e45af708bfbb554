import { createStage } from '../test/support/stage.ts';
import type { Bench } from './bench.ts';

/** What an event source mapping can be set to; above 10 messages SQS wants a window of at least a second. */
interface Setting {
  readonly batchSize: number;
  readonly windowSeconds: number;
}

/**
 * As `serverless.yml` has it. A longer window lowers the median in this storm, and costs its whole length in quiet
 * hours, which are nearly all.
 */
const CHOSEN: Setting = { batchSize: 1_000, windowSeconds: 1 };
const OTHERS: readonly Setting[] = [
  { batchSize: 10, windowSeconds: 0 },
  { batchSize: 10, windowSeconds: 1 },
  { batchSize: 100, windowSeconds: 1 },
  { batchSize: 1_000, windowSeconds: 2 },
  { batchSize: 1_000, windowSeconds: 5 },
];
const LATENCY_MS = 60;
const MINUTES = 8;

const ACTIONS = [
  'ecs:DescribeTasks',
  'elasticloadbalancing:DescribeTargetHealth',
  'elasticloadbalancing:RegisterTargets',
  'elasticloadbalancing:DeregisterTargets',
] as const;

const nth = (sorted: readonly number[], share: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;

type Storm = Awaited<ReturnType<typeof measure>>;

const rowOf = ({ batchSize, windowSeconds }: Setting, { p50Ms, p99Ms, calls, registrationCalls }: Storm) => [
  batchSize,
  windowSeconds,
  seconds(p50Ms),
  seconds(p99Ms),
  calls,
  registrationCalls,
];

/** A fleet starts and rolls over at once, as after a deployment of everything: the worst that a batch can meet. */
const measure = async ({ batchSize, windowSeconds }: Setting, services: number, tasks: number) => {
  const stage = createStage({
    world: { ecs: { jitter: 0.5 } },
    delivery: { batchSize, windowMs: windowSeconds * 1_000 },
  });
  for (const action of ACTIONS) stage.world.faults.add({ action, latencyMs: LATENCY_MS });
  const names = Array.from({ length: services }, (_, index) => `service-${index}`);
  for (const name of names) stage.group(name, { 'taskwire:service': `production/${name}` });
  const made = names.map((name) => stage.service(name, tasks));
  await stage.run(60_000);
  const { arn } = stage.world.ecs.registerTaskDefinition({
    family: 'web',
    containers: [{ name: 'web', portMappings: [{ containerPort: 8080, protocol: 'tcp' }] }],
  });
  for (const service of made) stage.world.ecs.updateService(service.arn, { taskDefinition: arn });
  await stage.run(MINUTES * 60_000);
  const latencies = stage.ran
    .flatMap(({ measures }) => measures)
    .flatMap(({ name, value }) => (name === 'EventToRegistered' ? [value] : []))
    .toSorted((a, b) => a - b);
  return {
    p50Ms: Math.round(nth(latencies, 0.5)),
    p99Ms: Math.round(nth(latencies, 0.99)),
    calls: stage.world.calls.all.length,
    registrationCalls: stage.world.calls.mutating().length,
  };
};

const seconds = (ms: number): number => Number((ms / 1_000).toFixed(1));

export const name = 'event to registered, p99: the deployed batch and window against the best of the others';
export const limits: Bench['limits'] = { againstBest: { most: 1.25, timed: false } };

/** Event to registered and AWS calls by batch size and window, on the simulator with AWS's budgets. */
export const run: Bench['run'] = async ({ smoke }) => {
  const [services, tasks] = smoke ? [4, 5] : [20, 25];
  const chosen = await measure(CHOSEN, services, tasks);
  const rows = [rowOf(CHOSEN, chosen)];
  let best = Number.POSITIVE_INFINITY;
  for (const setting of OTHERS) {
    const other = await measure(setting, services, tasks);
    best = Math.min(best, other.p99Ms);
    rows.push(rowOf(setting, other));
  }
  // A storm of a few tasks says nothing about batches.
  if (smoke) return { figures: {} };
  return {
    figures: { againstBest: chosen.p99Ms / best, p50Seconds: seconds(chosen.p50Ms), p99Seconds: seconds(chosen.p99Ms) },
    tables: [
      {
        title: 'Event to registered by batch and window, the deployed one first',
        columns: ['batch', 'window, s', 'p50, s', 'p99, s', 'calls', 'of them registrations'],
        rows,
      },
    ],
  };
};
