import { describe, expect, test } from '@jest/globals';
import { readSnapshot, writeSnapshot } from '../../shared/contracts/snapshot-file.ts';
import { judgeSnapshot } from '../../shared/core/audit/judge-snapshot.ts';
import type { Settings } from '../../shared/core/settings.ts';
import { createAuditor } from '../support/audit-stage.ts';
import { createPlantedAccount, type PlantedAccount } from '../support/planted-account.ts';
import { only } from '../support/stage.ts';

/** A fault, and the findings it must lead to: rule, and the name of what it is about. */
interface Plant {
  readonly name: string;
  readonly finds: readonly string[];
  /** Before anything runs. */
  readonly before?: (account: PlantedAccount) => void;
  /** After everything runs and is registered. */
  readonly after?: (account: PlantedAccount) => void | Promise<void>;
}

const lastOf = (text: string): string => {
  const [, group] = /:targetgroup\/([^/]+)\//.exec(text) ?? [];
  return group ?? text.slice(text.lastIndexOf('/') + 1);
};

const groupOf = ({ world }: PlantedAccount, name: string) =>
  only([...world.targetGroups.groups.values()].filter((group) => group.name === name));

const addressesOf = ({ world }: PlantedAccount, name: string): readonly string[] => {
  const service = only([...world.ecs.services.values()].filter((each) => each.name === name));
  return world.ecs.tasksOf(service.arn).flatMap(({ attachment }) => attachment?.interface?.ipv4 ?? []);
};

const first = <T>(items: readonly T[]): T => {
  const [item] = items;
  if (item === undefined) throw new Error('there is none');
  return item;
};

const PLANTS: readonly Plant[] = [
  {
    name: 'a target is missing',
    finds: ['TGT-1 lost'],
    before: (account) => {
      account.service('lost');
      account.group('lost');
    },
    after: (account) =>
      account.world.targetGroups.drop(groupOf(account, 'lost').arn, {
        id: first(addressesOf(account, 'lost')),
        port: 8080,
      }),
  },
  {
    name: 'a target is nobody’s',
    finds: ['TGT-10 stale'],
    before: (account) => {
      account.service('stale');
      account.group('stale');
      // Long enough ago that EC2 would show whose it is.
      account.world.targetGroups.put(groupOf(account, 'stale').arn, { id: '10.0.15.1', port: 8080 });
    },
  },
  {
    name: 'a target is a task of another service',
    finds: ['TGT-2 mixed'],
    before: (account) => {
      account.service('mixed');
      account.group('mixed');
    },
    after: (account) =>
      account.world.targetGroups.put(groupOf(account, 'mixed').arn, {
        id: first(addressesOf(account, 'shop')),
        port: 8080,
      }),
  },
  {
    name: 'a group is behind no load balancer',
    finds: ['TGT-18 hidden'],
    before: (account) => {
      account.service('hidden');
      account.group('hidden', { attached: false });
    },
  },
  {
    name: 'a health check asks a port that no container exposes',
    finds: ['TGT-19 unchecked'],
    before: (account) => {
      account.service('unchecked');
      account.group('unchecked', { healthCheck: { port: '9999' } });
    },
  },
  {
    name: 'targets are unhealthy for long',
    finds: ['TGT-15 sick'],
    before: (account) => {
      account.service('sick');
      account.group('sick');
    },
    after: (account) => {
      const { world } = account;
      const { arn } = groupOf(account, 'sick');
      const nowMs = world.clock.nowMs();
      const points = Array.from({ length: 36 }, (_, at) => ({ atMs: nowMs - (36 - at) * 300_000, value: 1 }));
      world.surroundings.unhealthy.set(arn.slice(arn.indexOf(':targetgroup/') + 1), points);
      world.targetGroups.force(arn, { id: first(addressesOf(account, 'sick')), port: 8080 }, 'unhealthy');
    },
  },
  {
    name: 'a tag names a service that does not exist',
    finds: ['TAG-14 typo'],
    before: (account) => account.group('typo', { tags: { 'taskwire:service': 'production/tpyo' } }),
  },
  {
    name: 'a tag cannot be understood',
    finds: ['TAG-2 nonsense'],
    before: (account) => account.group('nonsense', { tags: { 'taskwire:service': 'production' } }),
  },
  {
    name: 'ECS itself fills a tagged group',
    finds: ['TGT-4 native'],
    before: (account) => {
      const { arn } = account.group('native', { tags: { 'taskwire:service': 'production/shop' } });
      account.service('owner', { loadBalancers: [{ targetGroupArn: arn, containerName: 'app', containerPort: 8080 }] });
    },
  },
  {
    name: 'tasks have public addresses behind a load balancer',
    finds: ['TGT-20 public'],
    before: (account) => {
      account.service('public', { assignPublicIp: 'ENABLED' });
      account.group('public');
    },
  },
  {
    name: 'a deployment does not wait for the application',
    finds: ['TGT-21 hasty'],
    before: (account) => {
      account.service('hasty', { without: ['healthCheck'] });
      account.group('hasty');
    },
  },
  {
    name: 'a standby tag is neither true nor false',
    finds: ['TAG-13 task'],
    before: (account) => {
      account.service('shy', { tags: { 'taskwire:standby': 'maybe' }, desiredCount: 1 });
      account.group('shy');
    },
  },
  {
    name: 'the scaling tag has no scalable target',
    finds: ['SCL-10 unscaled'],
    before: (account) => {
      account.service('unscaled', { serviceTags: { 'taskwire:scaling': 'min=2 max=4 cpu=60' } });
    },
  },
  {
    name: 'the scaling tag cannot be understood',
    finds: ['TAG-20 confused'],
    before: (account) => {
      account.service('confused', { serviceTags: { 'taskwire:scaling': 'min=9 max=4' } });
    },
  },
  {
    name: 'no log configuration',
    finds: ['LOG-1 silent:1'],
    before: (account) => {
      account.service('silent', { without: ['logConfiguration'] });
    },
  },
  {
    name: 'no collector where tracing is required',
    finds: ['XRY-1 blind:1'],
    before: (account) => {
      account.service('blind', { serviceTags: { 'taskwire:tracing': 'required' } });
    },
  },
  {
    name: 'a Beanstalk environment on a retired platform',
    finds: ['EBS-1 legacy'],
    before: ({ world }) => {
      world.surroundings.environments.set('legacy', {
        id: 'e-1',
        application: 'app',
        status: 'Ready',
        solutionStack: '64bit Amazon Linux 2018.03 v2.26.4 running Multi-container Docker 19.03.13-ce (Generic)',
        options: new Map(),
      });
    },
  },
];

const TRACING: Settings['tracing'] = 'off';

const foundIn = async (account: PlantedAccount) => {
  const snapshot = await createAuditor(account.world, { tracing: TRACING }).collect();
  expect(snapshot.unseen).toEqual([]);
  const report = judgeSnapshot(snapshot);
  // Judged from a file it is the same report.
  expect(judgeSnapshot(readSnapshot(writeSnapshot(snapshot)))).toEqual(report);
  return report.findings
    .map(({ rule, resource }) => `${rule} ${resource.includes(':task/') ? 'task' : lastOf(resource)}`)
    .sort();
};

test('where nothing is planted, nothing is found', async () => {
  const account = createPlantedAccount();
  await account.settle();
  expect(await foundIn(account)).toEqual([]);
});

describe('one fault is found, and nothing else', () => {
  test.each(PLANTS)('$name', async ({ finds, before, after }) => {
    const account = createPlantedAccount();
    before?.(account);
    await account.settle();
    await after?.(account);
    expect(await foundIn(account)).toEqual(finds);
  });
});

test('all of them together are found, and nothing else', async () => {
  const account = createPlantedAccount();
  for (const { before } of PLANTS) before?.(account);
  await account.settle();
  for (const { after } of PLANTS) await after?.(account);
  expect(await foundIn(account)).toEqual(PLANTS.flatMap(({ finds }) => finds).sort());
});
