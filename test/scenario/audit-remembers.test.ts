import { beforeEach, describe, expect, test } from '@jest/globals';
import { collectRemembering } from '../../shared/app/collect-remembering.ts';
import type { AuditScope } from '../../shared/app/collect-snapshot.ts';
import type { RevisionBook } from '../../shared/app/revision-book.ts';
import { createSighting } from '../../shared/app/sighting.ts';
import { readRevisions, writeRevisions } from '../../shared/contracts/revisions-file.ts';
import { judgeSnapshot } from '../../shared/core/audit/judge-snapshot.ts';
import type { DefinedTask } from '../../shared/core/tracing/definition.ts';
import type { World } from '../../simulator/world.ts';
import { type AuditStageOptions, createAuditor } from '../support/audit-stage.ts';
import { createPlantedAccount, type PlantedAccount } from '../support/planted-account.ts';
import { APP, DAEMON } from '../support/tracing-stage.ts';

const KEY = 'audit/revisions.json';
const DAY = 86_400_000;
const DESCRIBED = 'ecs:DescribeTaskDefinition';

let account: PlantedAccount;
let objects: Map<string, { readonly text: string; readonly contentType: string }>;

/** Four services in two clusters whose tracing is asked for, three of them without a collector, and a bucket. */
beforeEach(async () => {
  account = createPlantedAccount();
  account.world.ecs.addCluster('staging');
  account.service('traced', {
    container: {
      environment: [
        { name: 'AWS_XRAY_DAEMON_ADDRESS', value: 'elsewhere:2000' },
        { name: 'PASSWORD', value: 'hunter2' },
      ],
      command: ['--key=s3cret'],
    },
  });
  account.service('new', { cluster: 'staging' });
  account.service('old', { cluster: 'staging', serviceTags: { 'taskwire:tracing': 'off' } });
  account.group('traced');
  await account.settle();
  objects = new Map();
  account.world.surroundings.buckets.set('reports', objects);
});

interface Looked extends AuditStageOptions {
  readonly scope?: AuditScope;
  readonly version?: string;
  readonly forgets?: boolean;
  readonly signal?: AbortSignal;
  /** Before a revision is read to be judged. */
  readonly onRead?: () => void;
  readonly onCall?: (action: string) => void;
  /** What the rules are given for a definition. */
  readonly onTask?: (task: DefinedTask) => DefinedTask;
}

/** An audit in a process of its own. */
const look = async ({
  scope = {},
  version,
  forgets = false,
  signal,
  onRead = () => undefined,
  onCall = () => undefined,
  onTask = (task) => task,
  ...stack
}: Looked = {}) => {
  const call: World['call'] = async (action, input) => {
    onCall(action);
    return account.world.call(action, input);
  };
  const { deps, ports } = createAuditor({ ...account.world, call }, { tracing: 'required', ...stack });
  const memory = { reports: ports.reports, key: KEY, format: { readRevisions, writeRevisions } };
  const revisions: RevisionBook = {
    ...deps.revisions,
    read: async (arn) => {
      onRead();
      const revision = await deps.revisions.read(arn);
      return { ...revision, task: onTask(revision.task) };
    },
  };
  account.world.calls.reset();
  const snapshot = await account.world.clock.until(
    collectRemembering(
      scope,
      { ...deps, revisions, ...(version !== undefined && { version }) },
      forgets ? undefined : memory,
      createSighting(signal),
      signal === undefined ? {} : { signal },
    ),
  );
  const { findings } = judgeSnapshot(snapshot, [], { brakePercent: 50 });
  return {
    snapshot,
    described: account.world.calls.count(DESCRIBED),
    findings: findings.map(({ rule, resource, summary }) => `${rule} ${resource}: ${summary}`).sort(),
  };
};

const remembered = (): readonly string[] =>
  readRevisions(objects.get(KEY)?.text ?? '')
    .map(({ taskDefinitionArn: arn }) => arn.slice(arn.lastIndexOf('/') + 1))
    .sort();

test('the next audit describes no revision again, and comes to the same', async () => {
  const first = await look();
  expect([first.described, first.snapshot.unseen]).toEqual([4, []]);
  expect(first.findings.filter((finding) => finding.startsWith('XRY-')).length).toBeGreaterThan(2);
  await account.world.clock.advance(DAY);
  const second = await look();
  expect(second.described).toBe(0);
  expect(second.findings).toEqual(first.findings);
  expect(second.findings).toEqual((await look({ forgets: true })).findings);
  expect(second.snapshot.revisions).toEqual(first.snapshot.revisions);
});

test('what is kept holds no values of the environment and no commands', async () => {
  await look();
  const text = objects.get(KEY)?.text ?? '';
  expect(text).toContain('PASSWORD');
  expect(text).not.toMatch(/hunter2|s3cret|elsewhere:2000/);
});

describe('is described again', () => {
  test.each<[name: string, change: () => void, how: Looked, described: number]>([
    ['a revision that is deployed now', () => account.service('newer', {}), {}, 1],
    [
      'one of which its service asks something else',
      () => account.world.ecs.tagService(arnOf('old'), { 'taskwire:tracing': 'required' }),
      {},
      1,
    ],
    ['all that the stack asks something else of', () => undefined, { tracing: 'optional' }, 3],
    ['everything, by another version', () => undefined, { version: '1.3.0' }, 4],
    ['nothing where the same is asked', () => undefined, { clusters: ['production', 'staging'] }, 0],
  ])('%s', async (_name, change, how, described) => {
    await look();
    change();
    await account.world.clock.advance(60_000);
    const again = await look(how);
    expect(again.described).toBe(described);
    expect(again.findings).toEqual((await look({ ...how, forgets: true })).findings);
  });

  test('everything after a week', async () => {
    await look();
    await account.world.clock.advance(6 * DAY);
    expect((await look()).described).toBe(0);
    await account.world.clock.advance(DAY);
    expect((await look()).described).toBe(4);
    expect((await look()).described).toBe(0);
  });
});

/** A service on EC2, and a daemon service with a collector beside it. */
const onInstances = async () => {
  const { network, ecs, clock } = account.world;
  network.addInstance({ id: 'i-0a', subnetId: 'subnet-0a' });
  ecs.addContainerInstance('production', 'i-0a');
  ecs.registerTaskDefinition({ family: 'web', networkMode: 'bridge', containers: [{ ...APP, dependsOn: [] }] });
  ecs.registerTaskDefinition({ family: 'tracing', networkMode: 'bridge', containers: [DAEMON] });
  ecs.createService({ cluster: 'production', name: 'web', taskDefinition: 'web' });
  ecs.createService({ cluster: 'production', name: 'tracing', taskDefinition: 'tracing', strategy: 'DAEMON' });
  await clock.advance(DAY);
};

test('what is known stands when the time was too short to ask about revisions at all', async () => {
  await onInstances();
  const first = await look();
  const ending = new AbortController();
  const cut = await look({
    signal: ending.signal,
    onCall: (action) => {
      if (action === 'application-autoscaling:DescribeScalableTargets') ending.abort();
    },
  });
  expect(cut.described).toBe(0);
  expect(cut.snapshot.revisions).toEqual(first.snapshot.revisions);
  expect(cut.snapshot.unseen.filter(({ what }) => /tracing|definition/.test(what))).toEqual([]);
});

class OddList extends Array<string> {
  override [Symbol.iterator](): never {
    throw new Error('odd');
  }
}

test('a rule that stumbles over one definition costs the others nothing', async () => {
  const { snapshot } = await look({
    onTask: (task) =>
      task.name === 'new:1'
        ? { ...task, containers: task.containers.map((each) => ({ ...each, secrets: new OddList() })) }
        : task,
  });
  expect(snapshot.unseen).toMatchObject([{ resource: expect.stringContaining('/new:1'), what: 'tracing' }]);
  expect(snapshot.revisions.filter(({ judged }) => judged !== undefined)).toHaveLength(3);
});

test('a revision on instances is judged again once a daemon service with a collector is gone', async () => {
  const { ecs, clock } = account.world;
  await onInstances();
  const lacks = ({ findings }: Awaited<ReturnType<typeof look>>) =>
    findings.some((finding) => /^XRY-1 .*\/web:1/.test(finding));
  const first = await look();
  expect([first.described, lacks(first)]).toEqual([6, false]);
  const second = await look();
  expect([second.described, second.findings]).toEqual([0, first.findings]);
  ecs.deleteService(arnOf('tracing'));
  await clock.advance(DAY);
  const third = await look();
  expect([third.described, lacks(third)]).toEqual([1, true]);
});

const arnOf = (name: string): string =>
  [...account.world.ecs.services.values()].find((service) => service.name === name)?.arn ?? '';

test('revisions that are no longer in use are forgotten, but not by an audit that saw a part', async () => {
  await look();
  expect(remembered()).toEqual(['new:1', 'old:1', 'shop:1', 'traced:1']);
  await look({ scope: { cluster: 'staging' } });
  expect(remembered()).toEqual(['new:1', 'old:1', 'shop:1', 'traced:1']);
  account.world.faults.add({ action: 'ecs:ListServices', failure: 'denied', times: 1 });
  await look();
  expect(remembered()).toEqual(['new:1', 'old:1', 'shop:1', 'traced:1']);
  account.world.ecs.deleteService(arnOf('new'));
  await account.world.clock.advance(2 * DAY);
  await look();
  expect(remembered()).toEqual(['old:1', 'shop:1', 'traced:1']);
});

test('an audit that its time was too short for leaves what it saw to the next', async () => {
  const ending = new AbortController();
  let read = 0;
  const cut = await look({
    signal: ending.signal,
    onRead: () => {
      if (++read === 2) ending.abort();
    },
  });
  expect(cut.snapshot.unseen.length).toBeGreaterThan(0);
  expect(remembered().length).toBeGreaterThan(0);
  expect(remembered().length).toBeLessThan(4);
  const left = 4 - remembered().length;
  expect((await look()).described).toBe(left);
});

describe('a memory in trouble', () => {
  const old = '{"format":"taskwire-revisions/2","revisions":[]}';
  const broken = '{"format":"taskwire-revisions/1","revisions":[{}]}';

  test.each(['', '{', '[]', old, broken, 'null'])('that is none (%j) is told, and written anew', async (text) => {
    objects.set(KEY, { text, contentType: 'application/json' });
    const { snapshot, described } = await look();
    expect(snapshot.unseen).toMatchObject([{ resource: KEY, what: 'revisions that earlier audits saw' }]);
    expect(snapshot.unseen[0]?.why).toMatch(/each revision is described again, and the file written anew\.$/);
    expect(described).toBe(4);
    expect(remembered()).toHaveLength(4);
  });

  test('that is none is written anew by an audit of a part, too', async () => {
    objects.set(KEY, { text: '{', contentType: 'application/json' });
    await look({ scope: { cluster: 'staging' } });
    expect(remembered()).toEqual(['new:1', 'old:1']);
  });

  test('that cannot be read is not replaced by what an audit of a part saw', async () => {
    await look();
    const kept = objects.get(KEY);
    account.world.faults.add({ action: 's3:GetObject', failure: 'denied', times: 1 });
    const { snapshot, described } = await look({ scope: { cluster: 'staging' } });
    expect([described, snapshot.unseen.map(({ resource }) => resource)]).toEqual([2, [KEY]]);
    expect(objects.get(KEY)).toBe(kept);
  });

  test('that cannot be written is told, and fails nothing', async () => {
    account.world.faults.add({ action: 's3:PutObject', failure: 'denied' });
    const { snapshot } = await look();
    expect(snapshot.unseen).toMatchObject([{ resource: KEY, why: expect.stringMatching(/not authorized/) }]);
    expect(snapshot.revisions).toHaveLength(4);
  });
});
