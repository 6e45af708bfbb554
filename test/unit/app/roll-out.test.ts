import { expect, test } from '@jest/globals';
import { rollOut } from '../../../shared/app/roll-out.ts';
import type { DeployedService, Deployment } from '../../../shared/core/tracing/rollout.ts';

const FORMER = 'arn:aws:ecs:eu-west-1:111122223333:task-definition/web:1';
const NEW = 'arn:aws:ecs:eu-west-1:111122223333:task-definition/web:2';

/** A look: id, revision and state of the newest deployment, `running` of two tasks, and what the service names. */
interface Look {
  readonly id: string;
  readonly revision: string;
  readonly state?: string;
  readonly running?: number;
  readonly named?: string;
  readonly inStages?: boolean;
}
const OLD: Look = { id: 'old', revision: FORMER };
const ROLLING: Look = { id: 'new', revision: NEW, state: 'IN_PROGRESS', running: 0 };
const DONE: Look = { id: 'new', revision: NEW };
const FAILED: Look = { id: 'new', revision: NEW, state: 'FAILED', running: 0 };
const BACK: Look = { id: 'back', revision: FORMER };

const serviceOf = ({
  id,
  revision,
  state = 'COMPLETED',
  running = 2,
  named = revision,
  inStages = false,
}: Look): DeployedService => {
  const primary: Deployment = {
    id,
    status: 'PRIMARY',
    taskDefinition: revision,
    state,
    failedTasks: 0,
    desired: 2,
    running,
    pending: 0,
  };
  return {
    serviceArn: 'arn:aws:ecs:eu-west-1:111122223333:service/production/web',
    cluster: 'production',
    name: 'web',
    status: 'ACTIVE',
    controller: 'ECS',
    strategy: 'REPLICA',
    onFargate: true,
    inStages,
    taskDefinition: named,
    deployments: [primary],
    tags: {},
  };
};

/** Rolls out over a service that is seen like this, look by look; the last look goes on. */
const over = async (looks: readonly (Look | 'gone')[]) => {
  let looked = 0;
  let nowMs = 0;
  const updates: string[] = [];
  const result = await rollOut(
    {
      cluster: 'production',
      service: 'web',
      former: FORMER,
      revision: NEW,
      limitMs: 120_000,
      watch: true,
      tell: () => undefined,
    },
    {
      rollouts: {
        turn: async () => undefined,
        describe: async () => {
          const look = looks[Math.min(looked++, looks.length - 1)];
          return look === undefined || look === 'gone' ? [] : [serviceOf(look)];
        },
        update: async (_cluster, _service, taskDefinition) => {
          updates.push(taskDefinition.slice(-1));
        },
      },
      tasks: { list: async () => [], describe: async () => ({ tasks: [], missing: [], failed: [] }) },
      clock: {
        nowMs: () => nowMs,
        sleep: async (ms) => {
          nowMs += ms;
        },
      },
    },
  );
  return { outcome: result.outcome, reason: result.reason, updates: updates.join(' '), looked };
};

test.each<{ name: string; looks: readonly (Look | 'gone')[]; outcome: string; updates: string; looked?: number }>([
  { name: 'steady when seen complete twice', looks: [OLD, ROLLING, DONE], outcome: 'steady', updates: '2', looked: 4 },
  {
    name: 'not steady when its tasks ended between two looks',
    looks: [OLD, DONE, { ...DONE, running: 0 }, DONE, DONE],
    outcome: 'steady',
    updates: '2',
    looked: 5,
  },
  {
    name: 'never complete, so rolled back',
    looks: [OLD, ...Array<Look>(13).fill({ ...DONE, running: 1 }), BACK],
    outcome: 'rolled-back',
    updates: '2 1',
  },
  {
    name: 'all run and it bakes: left to ECS',
    looks: [OLD, { ...DONE, state: 'IN_PROGRESS', inStages: true }],
    outcome: 'begun',
    updates: '2',
  },
  {
    name: 'in stages, and not all run',
    looks: [OLD, ...Array<Look>(13).fill({ ...ROLLING, inStages: true }), BACK],
    outcome: 'rolled-back',
    updates: '2 1',
  },
  { name: 'an answer from before the update', looks: [OLD, OLD, OLD, ROLLING, DONE], outcome: 'steady', updates: '2' },
  { name: 'no answer but from before', looks: [OLD], outcome: 'rolled-back', updates: '2' },
  {
    name: 'failed twice: rolled back by us',
    looks: [OLD, ROLLING, FAILED, FAILED, FAILED, BACK],
    outcome: 'rolled-back',
    updates: '2 1',
  },
  {
    name: 'failed once, then ECS goes back',
    looks: [OLD, ROLLING, FAILED, BACK],
    outcome: 'rolled-back',
    updates: '2',
  },
  {
    name: 'ECS goes back, and the service goes on naming the new one',
    looks: [OLD, ROLLING, { ...BACK, named: NEW }],
    outcome: 'rolled-back',
    updates: '2',
  },
  {
    name: 'ECS goes back to the deployment of before',
    looks: [OLD, ROLLING, { ...OLD, named: NEW }],
    outcome: 'rolled-back',
    updates: '2',
  },
  {
    name: 'the way back fails, too',
    looks: [OLD, FAILED, FAILED, FAILED, { ...BACK, state: 'FAILED' }],
    outcome: 'failed',
    updates: '2 1',
  },
  {
    name: 'somebody else’s on the way back',
    looks: [OLD, FAILED, FAILED, { id: 'x', revision: 'web:9' }],
    outcome: 'failed',
    updates: '2',
  },
  { name: 'deleted while it is watched', looks: [OLD, ROLLING, 'gone'], outcome: 'failed', updates: '2' },
  { name: 'deleted before', looks: ['gone'], outcome: 'failed', updates: '' },
  { name: 'not steady before', looks: [{ ...OLD, state: 'IN_PROGRESS' }], outcome: 'refused', updates: '' },
])('$name', async ({ looks, outcome, updates, looked }) => {
  const ended = await over(looks);
  expect({ outcome: ended.outcome, updates: ended.updates }).toEqual({ outcome, updates });
  if (looked !== undefined) expect(ended.looked).toBe(looked);
});
