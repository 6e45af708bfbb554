import { readFileSync } from 'node:fs';
import { parseInput } from '../shared/contracts/input.ts';
import { groupBy } from '../shared/core/group-by.ts';
import { indexFleet } from '../shared/core/targets/fleet.ts';
import { planTargets } from '../shared/core/targets/plan.ts';
import { foldEvents } from '../shared/core/task/fold.ts';
import type { Task } from '../shared/core/task/task.ts';
import type { Bench } from './bench.ts';
import { compare, measureGrowth } from './measure.ts';
import { bindingOf, factsOf, PORT, sightOf } from './wired-service.ts';

const EVENTS = 1_000;
const SERVICES = 20;
const ROUNDS = 20;
/** 16 times as many are the most that Lambda hands over at once. */
const GROWTH_EVENTS = 625;
const EVENTS_OF_SERVICE = EVENTS / SERVICES;
const GROWTH_ROUNDS = 7;
const NOW_MS = Date.UTC(2026, 10, 20);

interface Sample {
  readonly id: string;
  readonly detail: { readonly attachments: readonly { readonly id: string }[]; readonly taskArn: string };
}

// Three of four tasks start and one stops: as many ways through the plan as an event can take at its most usual.
const SAMPLES = ['running', 'running', 'running', 'stopping'].map((name) => {
  // Written as ECS sends it, without line breaks.
  const event: Sample = JSON.parse(readFileSync(`events/task-state-change/${name}.json`, 'utf8'));
  return { text: JSON.stringify(event), taskId: event.detail.taskArn.slice(event.detail.taskArn.lastIndexOf('/') + 1) };
});

/** The sample events, each of a task and an address of its own. */
const bodyOf = (index: number, services: number): string => {
  const { text, taskId } = SAMPLES[index % SAMPLES.length] ?? { text: '', taskId: '' };
  const [, address = ''] = /"privateIPv4Address","value":"([\d.]+)"/.exec(text) ?? [];
  return text
    .replaceAll(taskId, taskId.slice(8).padStart(32, index.toString(16).padStart(8, '0')))
    .replaceAll(`"${address}"`, `"10.0.${Math.floor(index / 250)}.${index % 250}"`)
    .replace(/"group":"[^"]*"/, `"group":"service:service-${Math.floor(index / SAMPLES.length) % services}"`);
};

const tasksOf = (batch: unknown): readonly Task[] => {
  const events = parseInput(batch, NOW_MS).messages.flatMap(({ input }) =>
    input.kind === 'task' ? [input.event] : [],
  );
  return [...foldEvents(events).values()].map(({ task }) => task);
};

/** Events, a quarter of which are about tasks that stop and are registered, and what a warm function knows of them. */
const stormOf = (events: number, services: number) => {
  const bodies = Array.from({ length: events }, (_, index) => bodyOf(index, services));
  const batch = {
    Records: bodies.map((body, index) => ({
      messageId: `message-${index}`,
      eventSource: 'aws:sqs',
      attributes: { SentTimestamp: String(NOW_MS) },
      body,
    })),
  };
  const known = tasksOf(batch);
  const facts = factsOf(known);
  const leaving = groupBy(
    known.filter(({ desiredStatus }) => desiredStatus === 'STOPPED'),
    ({ group }) => group,
  );
  const groups = Array.from({ length: services }, (_, index) => ({
    binding: bindingOf(index),
    observed: (leaving.get(`service:service-${index}`) ?? []).flatMap(({ interfaces }) =>
      interfaces.flatMap(({ ipv4 }) => (ipv4 === undefined ? [] : [{ id: ipv4, port: PORT, state: 'healthy' }])),
    ),
  }));

  /** From the batch that Lambda hands over to what is to be done to each group. */
  const decide = (): number => {
    const tasks = tasksOf(batch);
    const fleet = indexFleet(tasks, facts);
    const plans = groups.map(({ binding, observed }) =>
      planTargets(sightOf(binding, observed, fleet, facts, NOW_MS), { brakePercent: 50, brakeReleased: false }),
    );
    return plans.reduce((sum, { register, deregister }) => sum + register.length + deregister.length, 0);
  };
  const changes = decide();
  if (changes !== events) throw new Error(`Every task must be one change: ${changes} of ${events}.`);
  return { bodies, decide };
};

const servicesAt = (times: number): number => Math.round((times * GROWTH_EVENTS) / EVENTS_OF_SERVICE);

export const name = 'the decision about 1,000 task events against JSON.parse of their bytes';
export const limits: Bench['limits'] = {
  againstParse: { most: 5, timed: true },
  growthExponent: { most: 1.1, timed: true },
};

/** AWS's answers are at hand. Times are CPU time of all threads, with that of collecting garbage. */
export const run: Bench['run'] = async ({ smoke }) => {
  const { bodies, decide } = stormOf(EVENTS, SERVICES);
  const parse = () => bodies.map((body) => JSON.parse(body));
  const { ratio, medianMs, referenceMedianMs } = await compare(decide, parse, smoke ? 1 : ROUNDS);
  const bytes = bodies.reduce((sum, body) => sum + Buffer.byteLength(body), 0);
  const figures = { againstParse: ratio, decisionMs: medianMs, parseMs: referenceMedianMs, kilobytes: bytes / 1_000 };
  if (smoke) return { figures };
  const grown = await measureGrowth(
    [1, 4, 16],
    async (times) => stormOf(times * GROWTH_EVENTS, servicesAt(times)).decide,
    GROWTH_ROUNDS,
  );
  return {
    figures: { ...figures, growthExponent: grown.exponent },
    tables: [
      {
        title: 'Growth of the decision',
        columns: ['events', 'groups', 'CPU ms'],
        rows: grown.points.map(({ size, work }) => [size * GROWTH_EVENTS, servicesAt(size), Math.round(work)]),
      },
    ],
  };
};
