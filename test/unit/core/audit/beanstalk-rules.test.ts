import { describe, expect, test } from '@jest/globals';
import { platformOf } from '../../../../shared/core/audit/rules/beanstalk/platform.ts';
import { BEANSTALK_RULES } from '../../../../shared/core/audit/rules/beanstalk.ts';
import type { SeenEnvironment, Snapshot } from '../../../../shared/core/audit/snapshot.ts';
import {
  anIndexedSnapshot,
  aSeenEnvironment,
  aSeenGroup,
  aSeenRevision,
  aSeenTask,
  askRule,
  type RuleSays,
  type SeenRevisionSays,
} from '../../../support/snapshot.ts';
import { arnOf } from '../../../support/tasks.ts';

interface Row {
  readonly name: string;
  /** The environment `shop`, on Amazon Linux 2023 and ECS unless it says otherwise. */
  readonly shop?: Partial<SeenEnvironment>;
  /** Of the task on its instance; null where none runs. */
  readonly runs?: SeenRevisionSays | null;
  readonly isWired?: boolean;
  readonly and?: Partial<Snapshot>;
  readonly is: RuleSays['is'];
  readonly found?: string;
}

const NA = 'not-applicable';
const AL1 = '64bit Amazon Linux 2018.03 v2.26.0 running Multi-container Docker 19.03.13-ce (Generic)';
const AL2 = '64bit Amazon Linux 2 v3.2.1 running ECS';
const DOCKER = '64bit Amazon Linux 2023 v4.3.0 running Docker';
const ending = { status: 'Terminating' };
const at = (iso: string) => ({ takenAtMs: Date.parse(iso) });
const bridge = (has: SeenRevisionSays['has'] = { app: {} }) => ({ on: 'bridge' as const, has });
const required = { tracing: [{ expected: { tracing: 'required' as const, wanted: 'any' as const }, findings: [] }] };

const ROWS: Readonly<Record<string, readonly Row[]>> = {
  'EBS-1': [
    { name: 'Amazon Linux 2023', and: at('2026-11-22'), is: 'pass' },
    {
      name: 'the first Amazon Linux',
      shop: { platform: AL1 },
      and: at('2026-11-22'),
      is: 'fail',
      found: 'retired on 2022-07-18',
    },
    { name: 'Amazon Linux 2 on its last day', shop: { platform: AL2 }, and: at('2026-06-30T23:59:59Z'), is: 'pass' },
    {
      name: 'Amazon Linux 2 a day later',
      shop: { platform: AL2 },
      and: at('2026-07-01'),
      is: 'fail',
      found: 'shop runs 64bit Amazon Linux 2 v3.2.1',
    },
    { name: 'Windows', shop: { platform: '64bit Windows Server Core 2022 v2.15.0 running IIS 10.0' }, is: NA },
    { name: 'one that ends', shop: { platform: AL1, ...ending }, is: NA },
  ],
  'EBS-2': [
    {
      name: 'a daemon among its containers',
      shop: { xrayEnabled: true },
      runs: bridge({ app: {}, xray: {} }),
      is: 'pass',
    },
    {
      name: 'none, and the option is set',
      shop: { xrayEnabled: true },
      runs: bridge(),
      is: 'fail',
      found: 'shop:1 of shop has no trace collector',
    },
    { name: 'none, and the stack asks for one', runs: { ...bridge(), ...required }, is: 'fail' },
    {
      name: 'none, and the application sends traces',
      runs: bridge({ app: { env: { AWS_XRAY_DAEMON_ADDRESS: 'xray:2000' } } }),
      is: 'fail',
    },
    { name: 'none, and nobody asks', runs: bridge(), is: NA },
    { name: 'none, on plain Docker', shop: { platform: DOCKER, xrayEnabled: true }, runs: bridge(), is: NA },
    { name: 'nothing runs', shop: { xrayEnabled: true }, runs: null, is: NA },
    { name: 'one that ends', shop: { xrayEnabled: true, ...ending }, is: NA },
  ],
  'EBS-3': [
    { name: 'set on plain Docker', shop: { platform: DOCKER, xrayEnabled: true }, is: 'pass' },
    { name: 'set on ECS', shop: { xrayEnabled: true }, is: 'fail', found: 'shop sets XRayEnabled' },
    { name: 'set on the first ECS', shop: { platform: AL1, xrayEnabled: true }, is: 'fail' },
    { name: 'not set', shop: { xrayEnabled: false }, is: NA },
    { name: 'not read', is: NA },
  ],
  'EBS-4': [
    { name: 'wired on ECS', isWired: true, is: 'pass' },
    { name: 'wired on plain Docker', isWired: true, shop: { platform: DOCKER }, is: 'fail', found: 'web names shop' },
    {
      name: 'wired on Node.js',
      isWired: true,
      shop: { platform: '64bit Amazon Linux 2023 v6.1.0 running Node.js 20' },
      is: 'fail',
    },
    { name: 'not wired', shop: { platform: DOCKER }, is: NA },
  ],
  'EBS-5': [
    { name: 'in a cluster', isWired: true, is: 'pass' },
    { name: 'in none', isWired: true, shop: { clusterArns: [] }, is: 'fail', found: 'shop is ready' },
    { name: 'in none yet', isWired: true, shop: { clusterArns: [], status: 'Launching' }, is: NA },
    {
      name: 'in none, and nobody could look',
      isWired: true,
      shop: { clusterArns: [] },
      and: { unseen: [{ resource: 'shop', what: 'everything', why: 'AWS did not answer.' }] },
      is: NA,
    },
    { name: 'on plain Docker', isWired: true, shop: { platform: DOCKER, clusterArns: [] }, is: NA },
    { name: 'not wired', shop: { clusterArns: [] }, is: NA },
  ],
};

const audited = ({ shop = {}, runs = {}, isWired = false, and = {} }: Row) => {
  const task = aSeenTask('a', { service: null, revision: 'shop:1', containerInstanceArn: arnOf.instance('ci-2') });
  const workloads = [{ kind: 'beanstalk', environment: 'shop' }] as const;
  const { environments } = anIndexedSnapshot({
    environments: [aSeenEnvironment(shop)],
    tasks: runs === null ? [] : [task],
    revisions: [aSeenRevision('shop:1', runs ?? {})],
    groups: isWired ? [aSeenGroup({ wiring: { workloads }, group: { targetType: 'instance' } })] : [],
    ...and,
  });
  return environments[0]!;
};

describe.each(BEANSTALK_RULES)('$id $slug', ({ id }) => {
  test.each<Row>(ROWS[id] ?? [])('$name', (row) => {
    const { is, found } = askRule(BEANSTALK_RULES, id, audited(row));
    expect({ name: row.name, is }).toEqual({ name: row.name, is: row.is });
    if (row.found !== undefined) expect(found.join('\n')).toContain(row.found);
  });

  test('has rows that pass, that fail and that it does not apply to', () => {
    expect([...new Set((ROWS[id] ?? []).map(({ is }) => is))].sort()).toEqual(['fail', NA, 'pass']);
  });
});

test.each<[string, ReturnType<typeof platformOf>]>([
  ['64bit Amazon Linux 2023 v4.1.2 running ECS', { kind: 'ecs', system: 'amazon-linux-2023' }],
  [AL2, { kind: 'ecs', system: 'amazon-linux-2' }],
  [AL1, { kind: 'ecs', system: 'amazon-linux-1' }],
  [DOCKER, { kind: 'docker', system: 'amazon-linux-2023' }],
  ['64bit Amazon Linux 2018.03 v2.17.9 running Docker 20.10.7-ce', { kind: 'docker', system: 'amazon-linux-1' }],
  ['Docker running on 64bit Amazon Linux 2', { kind: 'docker', system: 'amazon-linux-2' }],
  ['ECS running on 64bit Amazon Linux 2023', { kind: 'ecs', system: 'amazon-linux-2023' }],
  ['64bit Amazon Linux 2 v3.4.1 running Corretto 17', { kind: 'other', system: 'amazon-linux-2' }],
  ['IIS 10.0 running on 64bit Windows Server 2022', { kind: 'other' }],
  ['', { kind: 'other' }],
])('reads the platform %p', (name, platform) => expect(platformOf(name)).toEqual(platform));
