import { judgeSnapshot } from '../shared/core/audit/judge-snapshot.ts';
import type { Snapshot } from '../shared/core/audit/snapshot.ts';
import { aWish } from '../test/support/scaling.ts';
import { aSeenGroup, aSeenRevision, aSeenService, aSeenTask, aSnapshot } from '../test/support/snapshot.ts';
import { arnOf } from '../test/support/tasks.ts';
import { service } from '../test/support/wiring.ts';
import type { Bench } from './bench.ts';
import { compare, measureGrowth } from './measure.ts';

const SERVICES = 1_000;
const TASKS_OF_EACH = 10;
const SERVICES_PER_CLUSTER = 100;
const ROUNDS = 7;
const GROWTH_ROUNDS = 3;
const WISH = aWish({ cpuPercent: 60 });

const clusterOf = (index: number): string => `cluster-${Math.floor(index / SERVICES_PER_CLUSTER)}`;
/** More than one VPC has: the rules look an address up, and do not ask where it lies. */
const addressOf = (index: number, nth: number): string => {
  const number = index * TASKS_OF_EACH + nth;
  return `10.${Math.floor(number / 62_500)}.${Math.floor(number / 250) % 250}.${number % 250}`;
};

/** An account of services, each with a revision, a scaling tag that is not kept, and a group that lacks one of its tasks. */
const accountOf = (services: number): Snapshot => {
  const indexes = Array.from({ length: services }, (_, index) => index);
  const tasks = Array.from({ length: TASKS_OF_EACH }, (_, nth) => nth);
  return aSnapshot({
    clusters: [...new Set(indexes.map(clusterOf))].map(arnOf.cluster),
    services: indexes.map((index) =>
      aSeenService({
        cluster: clusterOf(index),
        name: `service-${index}`,
        taskDefinitionArn: arnOf.definition(`service-${index}:1`),
        runningDefinitionArns: [arnOf.definition(`service-${index}:1`)],
        scaling: { tagged: true, wish: WISH },
      }),
    ),
    tasks: indexes.flatMap((index) =>
      tasks.map((nth) =>
        aSeenTask(`task-${index}-${nth}`, {
          cluster: clusterOf(index),
          service: `service-${index}`,
          revision: `service-${index}:1`,
          ip: addressOf(index, nth),
        }),
      ),
    ),
    revisions: indexes.map((index) => aSeenRevision(`service-${index}:1`)),
    groups: indexes.map((index) =>
      aSeenGroup({
        group: { name: `group-${index}`, arn: arnOf.group(`group-${index}`) },
        wiring: { workloads: [service(`${clusterOf(index)}/service-${index}`)] },
        targets: tasks.slice(1).map((nth) => ({ id: addressOf(index, nth), port: 80, state: 'healthy' })),
      }),
    ),
  });
};

const judgeOf = (services: number) => {
  const snapshot = accountOf(services);
  return (): number => {
    const { findings, summary } = judgeSnapshot(snapshot);
    if (summary.services !== services || summary.targets.missing !== services) {
      throw new Error(`Each group must lack one task: ${JSON.stringify(summary)}`);
    }
    return findings.length;
  };
};

export const name = 'an audit’s judgement of 1,000 services with 10,000 tasks and 1,000 target groups, in memory';
export const limits: Bench['limits'] = { growthExponent: { most: 1.1, timed: true } };

/** All rules over what an audit saw, to its report. Times are CPU time of all threads. */
export const run: Bench['run'] = async ({ smoke }) => {
  const services = smoke ? SERVICES / 10 : SERVICES;
  const judge = judgeOf(services);
  const text = JSON.stringify(accountOf(services));
  const { medianMs, ratio } = await compare(judge, () => JSON.parse(text), smoke ? 1 : ROUNDS);
  const figures = { judgeMs: medianMs, againstParse: ratio, findings: judge() };
  if (smoke) return { figures };
  const grown = await measureGrowth([1, 4, 16], async (times) => judgeOf(times * SERVICES), GROWTH_ROUNDS);
  return {
    figures: { ...figures, growthExponent: grown.exponent },
    tables: [
      {
        title: 'Growth of an audit’s judgement',
        columns: ['services', 'tasks', 'groups', 'CPU ms'],
        rows: grown.points.map(({ size, work }) => [
          size * SERVICES,
          size * SERVICES * TASKS_OF_EACH,
          size * SERVICES,
          Math.round(work),
        ]),
      },
    ],
  };
};
