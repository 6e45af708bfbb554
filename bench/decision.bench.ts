import { readFileSync } from 'node:fs';
import { parseInput } from '../shared/contracts/input.ts';
import { indexFleet } from '../shared/core/targets/fleet.ts';
import { planTargets } from '../shared/core/targets/plan.ts';
import { foldEvents } from '../shared/core/task/fold.ts';
import type { Task } from '../shared/core/task/task.ts';
import type { Bench } from './bench.ts';
import { compare } from './measure.ts';
import { bindingOf, factsOf, PORT, sightOf } from './wired-service.ts';

const EVENTS = 1_000;
const GROUPS = 20;
const ROUNDS = 20;
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
const bodyOf = (index: number): string => {
  const { text, taskId } = SAMPLES[index % SAMPLES.length] ?? { text: '', taskId: '' };
  const [, address = ''] = /"privateIPv4Address","value":"([\d.]+)"/.exec(text) ?? [];
  return text
    .replaceAll(taskId, taskId.slice(8).padStart(32, index.toString(16).padStart(8, '0')))
    .replaceAll(`"${address}"`, `"10.0.${Math.floor(index / 250)}.${index % 250}"`)
    .replace(/"group":"[^"]*"/, `"group":"service:service-${Math.floor(index / SAMPLES.length) % GROUPS}"`);
};

const tasksOf = (batch: unknown): readonly Task[] => {
  const events = parseInput(batch, NOW_MS).messages.flatMap(({ input }) =>
    input.kind === 'task' ? [input.event] : [],
  );
  return [...foldEvents(events).values()].map(({ task }) => task);
};

export const name = 'decide on 1,000 task events against JSON.parse of their bytes';
export const limits: Bench['limits'] = { againstParse: { most: 5, timed: true } };

/** From the batch that Lambda hands over to what is to be done to each group; AWS's answers are at hand. */
export const run: Bench['run'] = async ({ smoke }) => {
  const bodies = Array.from({ length: EVENTS }, (_, index) => bodyOf(index));
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
  const groups = Array.from({ length: GROUPS }, (_, index) => {
    const leaving = known.filter(
      ({ group, desiredStatus }) => desiredStatus === 'STOPPED' && group === `service:service-${index}`,
    );
    const observed = leaving.flatMap(({ interfaces }) =>
      interfaces.flatMap(({ ipv4 }) => (ipv4 === undefined ? [] : [{ id: ipv4, port: PORT, state: 'healthy' }])),
    );
    return { binding: bindingOf(index), observed };
  });

  const decide = (): number => {
    const tasks = tasksOf(batch);
    const fleet = indexFleet(tasks, facts);
    const plans = groups.map(({ binding, observed }) =>
      planTargets(sightOf(binding, observed, fleet, facts, NOW_MS), { brakePercent: 50, brakeReleased: false }),
    );
    return plans.reduce((sum, { register, deregister }) => sum + register.length + deregister.length, 0);
  };
  const changes = decide();
  if (changes !== EVENTS) throw new Error(`Every task must be one change: ${changes} of ${EVENTS}.`);
  const kilobytes = bodies.reduce((sum, body) => sum + Buffer.byteLength(body), 0) / 1_000;
  const { ratio, medianMs, referenceMedianMs } = compare(
    decide,
    () => bodies.map((body) => JSON.parse(body)),
    smoke ? 2 : ROUNDS,
  );
  return { figures: { againstParse: ratio, medianMs, parseMedianMs: referenceMedianMs, kilobytes } };
};
