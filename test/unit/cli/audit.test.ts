import { beforeAll, describe, expect, test } from '@jest/globals';
import { writeSnapshot } from '../../../shared/contracts/snapshot-file.ts';
import { createWorld, type World } from '../../../simulator/world.ts';
import { type CommandLineOptions, taskwire as runTaskwire } from '../../support/command-line.ts';
import { createPlantedAccount } from '../../support/planted-account.ts';
import { aSnapshot } from '../../support/snapshot.ts';

/** An account with a group whose tag names a service that does not exist, and one that a stranger is in. */
const staged = async () => {
  const account = createPlantedAccount();
  account.group('typo', { tags: { 'taskwire:service': 'production/tpyo' } });
  account.service('lost', { desiredCount: 1 });
  const group = account.group('lost');
  await account.settle();
  for (const { id, port } of account.world.targetGroups.targetsOf(group.arn)) {
    account.world.targetGroups.drop(group.arn, { id, port });
  }
  return { world: account.world };
};

/** Tracing is somebody else's concern here. */
const taskwire = (stage: { readonly world: World }, argv: readonly string[], options: CommandLineOptions = {}) =>
  runTaskwire(stage, argv, { env: { TASKWIRE_TRACING: 'off' }, ...options });

const flat = (text: string): string => text.replace(/\s+/g, ' ');

let stage: Awaited<ReturnType<typeof staged>>;
beforeAll(async () => {
  stage = await staged();
});

const empty = () => ({ world: createWorld() });

describe('what a person sees', () => {
  test('the verdict first, findings by service with their cures, the calls last', async () => {
    const { code, out, err } = await taskwire(stage, ['audit']);
    const lines = out.split('\n');
    expect(lines[0]).toBe('1 target is missing.');
    expect(flat(out)).toContain(
      'missing. 2 services, 3 tasks and 3 target groups, account 111122223333 in eu-central-1, 2026-',
    );
    expect(out).toMatch(/\nservice production\/lost\n {2}TGT-1 {3}high {4}\S/);
    expect(out).toMatch(/\ntarget group typo\n {2}TAG-14 {2}medium/);
    expect(out.match(/Cure: /g)).toHaveLength(2);
    expect(out).toMatch(/\n2 findings \(1 high, 1 medium\)\.\n\d+ AWS calls: /);
    expect(err).toBe('');
    expect(code).toBe(1);
  });

  test('nothing wrong, nothing there', async () => {
    const { code, out } = await taskwire(empty(), ['audit']);
    expect(out).toMatch(/^There was nothing to judge: no ECS cluster and no tagged target group\./);
    expect(code).toBe(0);
  });

  test('what was not seen, with why; that is exit code 3, whatever was found', async () => {
    const { world } = await staged();
    world.faults.add({ action: 'ecs:DescribeTaskDefinition', failure: 'denied' });
    const { code, out } = await taskwire({ world }, ['audit']);
    expect(flat(out)).toContain('Not seen, so nothing is concluded about it: shop:1, task definition: ecs:Describe');
    expect(code).toBe(3);
  });
});

describe('formats', () => {
  test('--json is an Outcome', async () => {
    const { out, code } = await taskwire(stage, ['audit', '--json']);
    expect(JSON.parse(out)).toMatchObject({
      function: 'audit',
      mode: 'observe',
      changes: [],
      held: [],
      findings: [{ rule: 'TGT-1', severity: 'high' }, { rule: 'TAG-14' }],
      calls: { 'ecs:ListClusters': 1 },
    });
    expect(code).toBe(1);
  });

  test.each([
    ['json', /^\{\n? *"format": ?"taskwire-audit\/1"/],
    ['sarif', /"version": ?"2\.1\.0"/],
    ['markdown', /^## Taskwire: 1 target is missing\./],
    ['html', /^<!doctype html>/],
  ])('--format %s is the whole report in it', async (format, begins) => {
    const { out, code } = await taskwire(stage, ['audit', '--format', format]);
    expect(out).toMatch(begins);
    expect(code).toBe(1);
  });

  test('--out writes it to a file, and tells the verdict', async () => {
    const html = await taskwire(stage, ['audit', '--format', 'html', '--out', 'r.html']);
    expect(html.out).toBe('1 target is missing.\nThe report is in r.html.\n');
    expect(html.written.get('r.html')).toMatch(/^<!doctype html>/);
    const text = await taskwire(stage, ['audit', '--out', 'r.txt'], { colour: true });
    expect(text.written.get('r.txt')).toMatch(/^1 target is missing\.\n2 services/);
  });
});

describe('rules', () => {
  test.each([
    [['--only', 'TGT'], ['TGT-1']],
    [
      ['--only', 'tgt-1,TAG'],
      ['TGT-1', 'TAG-14'],
    ],
    [['--only', 'TAG', '--only', 'SCL'], ['TAG-14']],
    [['--except', 'TGT'], ['TAG-14']],
  ])('%j', async (options, rules) => {
    const { out } = await taskwire(stage, ['audit', '--json', ...options]);
    expect(JSON.parse(out).findings.map(({ rule }: { rule: string }) => rule)).toEqual(rules);
  });

  test('--fail-on says which findings count', async () => {
    expect((await taskwire(stage, ['audit', '--only', 'TAG'])).code).toBe(0);
    expect((await taskwire(stage, ['audit', '--only', 'TAG', '--fail-on', 'medium'])).code).toBe(1);
  });
});

test('what was saved is judged again without a call, and comes to the same findings', async () => {
  const live = await taskwire(stage, ['audit', '--json', '--save', 's.json']);
  const files = Object.fromEntries(live.written);
  stage.world.calls.reset();
  const saved = await taskwire(stage, ['audit', '--json', '--from', 's.json'], { files });
  expect(stage.world.calls.counts()).toEqual({});
  expect(JSON.parse(saved.out)).toEqual({ ...JSON.parse(live.out), calls: {} });
  expect(saved.code).toBe(1);
});

test('what was saved is reused: no task definition is described again, and the findings are the same', async () => {
  // A file that is not there yet, as on the first night.
  const first = await taskwire(stage, ['audit', '--json', '--reuse', 's.json', '--save', 's.json']);
  const files = Object.fromEntries(first.written);
  const second = await taskwire(stage, ['audit', '--json', '--reuse', 's.json', '--save', 's.json'], { files });
  const { calls, ...rest } = JSON.parse(second.out);
  const { calls: before, ...same } = JSON.parse(first.out);
  expect(before).toHaveProperty('ecs:DescribeTaskDefinition', 2);
  expect(calls).not.toHaveProperty('ecs:DescribeTaskDefinition');
  expect(rest).toEqual(same);
  const third = await taskwire(stage, ['audit', '--json', '--reuse', 's.json'], {
    files: Object.fromEntries(second.written),
  });
  expect(JSON.parse(third.out).calls).toEqual(calls);
});

describe('wrong usage', () => {
  test.each<[argv: readonly string[], says: string]>([
    [['--only', 'TGTT'], '--only "TGTT" means no rule, did you mean TGT?'],
    [['--only', 'tgt-1,TGTS-2'], '--only "TGTS-2" means no rule, did you mean TGT-2?'],
    [
      ['--except', 'logging'],
      '--except "logging" means no rule. Name rules by their ids, such as TGT-1, or by their kind: ',
    ],
    [['--except', ''], '--except names no rule.'],
    [['--from', 's.json', '--cluster', 'production'], '--from judges what was saved'],
    [['--from', 's.json', '--iam'], '--from judges what was saved'],
    [['--from', 's.json', '--reuse', 's.json'], '--from judges what was saved'],
    [['--from', 'missing.json'], '--from "missing.json" could not be read'],
    [['--json', '--format', 'sarif'], '--json and --format sarif are two formats'],
    [['--cluster', 'a b'], '--cluster must be a name or an ARN'],
    [['--cluster', 'gone'], 'There is no cluster gone in this account and Region.'],
  ])('%j', async (argv, says) => {
    const { code, err } = await taskwire(stage, ['audit', ...argv], {
      files: { 's.json': writeSnapshot(aSnapshot()) },
    });
    expect(flat(err)).toContain(says);
    expect(code).toBe(2);
  });

  test('a file that is no snapshot could not be judged', async () => {
    const { code, err } = await taskwire(stage, ['audit', '--from', 's.json'], { files: { 's.json': '{}' } });
    expect(flat(err)).toContain('--from "s.json": The file is no snapshot of an audit');
    expect(code).toBe(3);
  });

  test('one that cannot be reused is told, and the audit made without it', async () => {
    const { code, err, out } = await taskwire(stage, ['audit', '--reuse', 's.json'], { files: { 's.json': '{"a":' } });
    expect(flat(err)).toContain('--reuse "s.json": The snapshot is no JSON');
    expect(out).toContain('TAG-14');
    expect(code).toBe(1);
  });
});
