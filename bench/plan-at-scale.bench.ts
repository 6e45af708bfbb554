import { indexFleet } from '../shared/core/targets/fleet.ts';
import { planTargets } from '../shared/core/targets/plan.ts';
import type { Task } from '../shared/core/task/task.ts';
import type { Bench } from './bench.ts';
import { compare } from './measure.ts';
import { bindingOf, factsOf, PORT, sightOf } from './wired-service.ts';

const TASKS = 10_000;
const GROUPS = 200;
const ROUNDS = 20;
const NOW_MS = Date.UTC(2026, 10, 20);
const ACCOUNT = 'eu-central-1:111122223333';

const addressOf = (index: number): string => `10.0.${Math.floor(index / 250)}.${index % 250}`;

/** A fleet that rolls over: of ten tasks of a service one stops, one starts and the rest runs. */
const taskOf = (index: number): Task => {
  const id = index.toString(16).padStart(32, '0');
  const stage = Math.floor(index / GROUPS) % 10;
  return {
    taskArn: `arn:aws:ecs:${ACCOUNT}:task/production/${id}`,
    clusterArn: `arn:aws:ecs:${ACCOUNT}:cluster/production`,
    taskDefinitionArn: `arn:aws:ecs:${ACCOUNT}:task-definition/service-${index % GROUPS}:7`,
    group: `service:service-${index % GROUPS}`,
    startedBy: 'ecs-svc/4827160935518264701',
    lastStatus: 'RUNNING',
    desiredStatus: stage === 0 ? 'STOPPED' : 'RUNNING',
    version: 4,
    containers: [{ name: 'app', lastStatus: 'RUNNING', ports: [] }],
    interfaces: [
      {
        attachmentId: `attachment-${id}`,
        interfaceId: `eni-${id.slice(15)}`,
        subnetId: `subnet-${index % 3}`,
        ipv4: addressOf(index),
      },
    ],
  };
};

export const name = 'plan 200 groups of 10,000 tasks against JSON.parse of the tasks';
export const limits: Bench['limits'] = { againstParse: { most: 4, timed: true } };

/** A sweep's look, in memory: indexed once and planned group by group. */
export const run: Bench['run'] = async ({ smoke }) => {
  const tasks = Array.from({ length: TASKS }, (_, index) => taskOf(index));
  const text = JSON.stringify(tasks);
  const facts = factsOf(tasks);
  const groups = Array.from({ length: GROUPS }, (_, index) => {
    const own = Array.from({ length: TASKS / GROUPS }, (_, at) => at * GROUPS + index);
    const registered = own.filter((at) => Math.floor(at / GROUPS) % 10 !== 1);
    const observed = registered.map((at) => ({ id: addressOf(at), port: PORT, state: 'healthy' }));
    return { binding: bindingOf(index), observed };
  });

  const plan = (): number => {
    const fleet = indexFleet(tasks, facts);
    const plans = groups.map(({ binding, observed }) =>
      planTargets(sightOf(binding, observed, fleet, facts, NOW_MS), { brakePercent: 50, brakeReleased: false }),
    );
    return plans.reduce((sum, { register, deregister }) => sum + register.length + deregister.length, 0);
  };
  const changes = plan();
  if (changes !== TASKS / 5) throw new Error(`One task of five must be a change: ${changes} of ${TASKS / 5}.`);
  const { ratio, medianMs, referenceMedianMs } = compare(plan, () => JSON.parse(text), smoke ? 2 : ROUNDS);
  return { figures: { againstParse: ratio, medianMs, parseMedianMs: referenceMedianMs } };
};
