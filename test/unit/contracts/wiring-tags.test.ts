import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { foreignFillerOf } from '../../../shared/contracts/foreign-tags.ts';
import { isStandby, parseStandby } from '../../../shared/contracts/standby-tag.ts';
import { parseWiring } from '../../../shared/contracts/wiring-tags.ts';
import type { Wiring, Workload } from '../../../shared/core/targets/binding.ts';

const GROUP = 'arn:aws:elasticloadbalancing:eu-central-1:111122223333:targetgroup/checkout-blue/5f3a9c1e7d2b4680';
const PRINTABLE = /^[^\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]*$/u;

/** Keys without the prefix; a key with a colon or a space stands as it is. */
const tagged = (tags: Record<string, string>): Record<string, string> =>
  Object.fromEntries(Object.entries(tags).map(([key, value]) => [/[: /]/.test(key) ? key : `taskwire:${key}`, value]));
const parse = (tags: Record<string, string>, watchedClusters: readonly string[] = []) =>
  parseWiring(tagged(tags), { prefix: 'taskwire', resource: GROUP, watchedClusters });

const service = (name: string, cluster = 'production'): Workload => ({ kind: 'service', cluster, service: name });
const family = (name: string, cluster = 'production'): Workload => ({ kind: 'family', cluster, family: name });
const beanstalk = (environment: string): Workload => ({ kind: 'beanstalk', environment });

describe('what is right', () => {
  const plain: Omit<Wiring, 'workloads'> = { mode: 'enforce', targets: 'shared', zone: 'auto' };

  test.each<{
    name: string;
    tags: Record<string, string>;
    watched?: string[];
    workloads: Workload[];
    more?: Partial<Wiring>;
  }>([
    { name: 'a service', tags: { service: 'production/checkout' }, workloads: [service('checkout')] },
    { name: 'a family', tags: { family: 'production/report' }, workloads: [family('report')] },
    { name: 'a Beanstalk environment', tags: { beanstalk: 'shop-prod' }, workloads: [beanstalk('shop-prod')] },
    {
      name: 'a pause, whatever the mode',
      tags: { service: 'production/a', mode: 'enforce', paused: '2026-03-02T08:00:00Z' },
      workloads: [service('a')],
      more: { mode: 'observe', paused: { sinceMs: Date.UTC(2026, 2, 2, 8) } },
    },
    { name: 'two services', tags: { service: 'production/a production/b' }, workloads: [service('a'), service('b')] },
    {
      name: 'spaces too many',
      tags: { service: '  production/a   production/b ', mode: ' observe ', port: ' 80 ' },
      workloads: [service('a'), service('b')],
      more: { mode: 'observe', port: 80 },
    },
    {
      name: 'services continued',
      tags: { 'service.3': 'production/d', service: 'production/a production/b', 'service.2': 'production/c' },
      workloads: [service('a'), service('b'), service('c'), service('d')],
    },
    {
      name: 'families continued',
      tags: { family: 'production/a', 'family.2': 'production/b' },
      workloads: [family('a'), family('b')],
    },
    {
      name: 'environments continued',
      tags: { beanstalk: 'shop-prod', 'beanstalk.2': 'blog-prod' },
      workloads: [beanstalk('shop-prod'), beanstalk('blog-prod')],
    },
    {
      name: 'every option',
      tags: {
        service: 'production/a',
        container: 'app_1',
        port: '65535',
        mode: 'observe',
        targets: 'exclusive',
        zone: 'all',
      },
      workloads: [service('a')],
      more: { container: 'app_1', port: 65_535, mode: 'observe', targets: 'exclusive', zone: 'all' },
    },
    {
      name: 'every default written out',
      tags: { service: 'production/a', mode: 'enforce', targets: 'shared', zone: 'auto' },
      workloads: [service('a')],
    },
    {
      name: 'a watched cluster',
      tags: { service: 'production/a' },
      watched: ['staging', 'production'],
      workloads: [service('a')],
    },
    {
      name: 'environments are always watched',
      tags: { beanstalk: 'shop-prod' },
      watched: ['staging'],
      workloads: [beanstalk('shop-prod')],
    },
    {
      name: 'tags of others beside it',
      tags: {
        service: 'production/a',
        'team: shop': 'x',
        'taskwire2:service': 'nonsense',
        'aws:cloudformation:stack-name': 's',
      },
      workloads: [service('a')],
    },
    {
      name: 'names as long as they may be',
      tags: { service: `${'c'.repeat(255)}/${'s'.repeat(255)}` },
      workloads: [service('s'.repeat(255), 'c'.repeat(255))],
    },
  ])('$name', ({ tags, watched, workloads, more = {} }) => {
    expect(parse(tags, watched)).toEqual({ wiring: { ...plain, ...more, workloads }, findings: [] });
  });

  test('no tag of the prefix is no binding and no finding', () => {
    expect(parse({ 'team:a': 'x', 'taskwirex:service': 'production/a' })).toEqual({ findings: [] });
    expect(parse({})).toEqual({ findings: [] });
  });

  test('another prefix reads other tags', () => {
    const tags = { 'wire2:service': 'production/a', 'taskwire:service': 'production/b' };
    const { wiring } = parseWiring(tags, { prefix: 'wire2', resource: GROUP, watchedClusters: [] });
    expect(wiring?.workloads).toEqual([service('a')]);
  });
});

describe('what is wrong', () => {
  const right = { service: 'production/a' };

  test.each<{ rule: string; tags: Record<string, string>; watched?: string[]; says: string; fix?: string }>([
    {
      rule: 'TAG-1',
      tags: { port: '8080' },
      says: 'none that names a workload',
      fix: 'taskwire:service = production/checkout',
    },
    {
      rule: 'TAG-1',
      tags: { ...right, family: 'production/b' },
      says: 'taskwire:service and taskwire:family stand together',
    },
    {
      rule: 'TAG-2',
      tags: { service: '' },
      says: 'taskwire:service is "": it names nothing',
      fix: 'production/checkout',
    },
    { rule: 'TAG-2', tags: { service: '   ' }, says: 'it names nothing' },
    {
      rule: 'TAG-2',
      tags: { service: 'checkout' },
      says: 'names "checkout": it names no cluster',
      fix: 'Write <cluster>/checkout',
    },
    { rule: 'TAG-2', tags: { service: 'production/' }, says: 'nothing stands behind the slash' },
    { rule: 'TAG-2', tags: { service: '/checkout' }, says: 'nothing stands before the slash' },
    { rule: 'TAG-2', tags: { service: 'production/shop/checkout' }, says: 'more than one slash' },
    { rule: 'TAG-2', tags: { service: 'production/a,production/b' }, says: 'separated by spaces, not by commas' },
    {
      rule: 'TAG-2',
      tags: { service: 'production/a, production/b' },
      says: 'names "production/a,": several are separated by spaces',
    },
    { rule: 'TAG-2', tags: { service: 'production/a;production/b' }, says: 'separated by spaces' },
    {
      rule: 'TAG-2',
      tags: { service: 'arn:aws:ecs:eu-central-1:111122223333:service/production/checkout' },
      says: 'it is an ARN',
      fix: 'Write production/checkout instead',
    },
    {
      rule: 'TAG-2',
      tags: { service: 'arn:aws:ecs:eu-central-1:111122223333:service/checkout' },
      says: 'it is an ARN',
      fix: 'production/checkout',
    },
    { rule: 'TAG-2', tags: { service: 'arn:' }, says: 'it is an ARN' },
    { rule: 'TAG-2', tags: { service: 'production/check.out' }, says: 'only letters, digits, hyphens and underscores' },
    { rule: 'TAG-2', tags: { service: 'prod*/checkout' }, says: 'only letters, digits, hyphens and underscores' },
    { rule: 'TAG-2', tags: { service: `production/${'s'.repeat(256)}` }, says: 'at most 255 characters' },
    { rule: 'TAG-2', tags: { service: 'a b c' }, says: 'names "a": it names no cluster (and 2 more)' },
    { rule: 'TAG-2', tags: { service: 'production/\u001b[31mred\u0007' }, says: '"production/\\u001b[31mred\\u0007"' },
    {
      rule: 'TAG-2',
      tags: { family: 'production/report:12' },
      says: 'without its revision',
      fix: 'Write production/report instead',
    },
    {
      rule: 'TAG-2',
      tags: { family: 'arn:aws:ecs:eu-central-1:111122223333:service/production/checkout' },
      says: 'it is an ARN',
      fix: 'production/report',
    },
    { rule: 'TAG-2', tags: { beanstalk: 'shop/prod' }, says: 'named alone' },
    {
      rule: 'TAG-2',
      tags: { beanstalk: 'arn:aws:elasticbeanstalk:eu-central-1:111122223333:environment/shop/shop-prod' },
      says: 'it is an ARN',
      fix: 'Write shop-prod',
    },
    { rule: 'TAG-2', tags: { beanstalk: 'abc' }, says: '4 to 40 letters, digits and hyphens' },
    { rule: 'TAG-2', tags: { beanstalk: '-shop-' }, says: 'none of them at an end' },
    {
      rule: 'TAG-3',
      tags: { service: 'staging/a' },
      watched: ['production'],
      says: 'the cluster "staging", which this stack does not watch',
      fix: 'Add staging to TASKWIRE_CLUSTERS',
    },
    {
      rule: 'TAG-3',
      tags: { family: 'Production/a' },
      watched: ['production'],
      says: 'the cluster "Production"',
      fix: 'Write production instead of Production',
    },
    { rule: 'TAG-4', tags: { ...right, container: '' }, says: 'taskwire:container is ""' },
    {
      rule: 'TAG-4',
      tags: { ...right, container: 'app sidecar' },
      says: 'taskwire:container is "app sidecar": one container',
    },
    { rule: 'TAG-5', tags: { ...right, port: '' }, says: 'taskwire:port is ""' },
    { rule: 'TAG-5', tags: { ...right, port: '0' }, says: 'whole number from 1 to 65535', fix: '8080' },
    { rule: 'TAG-5', tags: { ...right, port: '65536' }, says: 'taskwire:port is "65536"' },
    { rule: 'TAG-5', tags: { ...right, port: '080' }, says: 'taskwire:port is "080"' },
    { rule: 'TAG-5', tags: { ...right, port: '8080 9090' }, says: 'one whole number' },
    { rule: 'TAG-5', tags: { ...right, port: '8080/tcp' }, says: 'taskwire:port is "8080/tcp"' },
    { rule: 'TAG-5', tags: { ...right, port: '1e3' }, says: 'taskwire:port is "1e3"' },
    {
      rule: 'TAG-6',
      tags: { ...right, mode: 'Observe' },
      says: 'taskwire:mode is "Observe": it can be enforce or observe',
      fix: 'Set taskwire:mode to observe',
    },
    { rule: 'TAG-6', tags: { ...right, mode: '' }, says: 'taskwire:mode is ""' },
    {
      rule: 'TAG-7',
      tags: { ...right, targets: 'exlusive' },
      says: 'it can be shared or exclusive',
      fix: 'to exclusive',
    },
    { rule: 'TAG-8', tags: { ...right, zone: 'eu-central-1a' }, says: 'it can be auto or all' },
    {
      rule: 'TAG-9',
      tags: { ...right, contaner: 'app' },
      says: '"taskwire:contaner" is no tag',
      fix: 'Rename the tag to taskwire:container',
    },
    {
      rule: 'TAG-9',
      tags: { ...right, 'Taskwire:mode': 'observe' },
      says: '"Taskwire:mode" is no tag',
      fix: 'Rename the tag to taskwire:mode',
    },
    { rule: 'TAG-9', tags: { ...right, Mode: 'observe' }, says: '"taskwire:Mode" is no tag', fix: 'taskwire:mode' },
    {
      rule: 'TAG-9',
      tags: { ...right, 'taskwire:mode ': 'observe' },
      says: '"taskwire:mode " is no tag',
      fix: 'taskwire:mode',
    },
    {
      rule: 'TAG-9',
      tags: { ...right, 'taskwire:': 'x' },
      says: '"taskwire:" is no tag',
      fix: 'Known are taskwire:service',
    },
    { rule: 'TAG-9', tags: { ...right, __proto__x: 'x' }, says: '"taskwire:__proto__x" is no tag' },
    {
      rule: 'TAG-12',
      tags: { ...right, 'service.3': 'production/c' },
      says: 'taskwire:service.3 stands without taskwire:service.2',
    },
    {
      rule: 'TAG-12',
      tags: { 'service.2': 'production/b' },
      says: 'taskwire:service.2 stands without taskwire:service before it',
    },
    {
      rule: 'TAG-12',
      tags: { 'family.2': 'production/b' },
      says: 'taskwire:family.2 stands without taskwire:family before it',
    },
    {
      rule: 'TAG-12',
      tags: { ...right, 'service.1': 'production/b' },
      says: '"taskwire:service.1" is no continuation',
    },
    {
      rule: 'TAG-12',
      tags: { ...right, 'service.02': 'production/b' },
      says: '"taskwire:service.02" is no continuation',
    },
    {
      rule: 'TAG-12',
      tags: { ...right, 'port.2': '9090' },
      says: 'only service, family and beanstalk go on',
      fix: 'one value into taskwire:port',
    },
  ])('$rule: $says', ({ rule, tags, watched, says, fix = '' }) => {
    const { wiring, findings } = parse(tags, watched);
    expect(wiring).toBeUndefined();
    expect(findings).toMatchObject([
      {
        rule,
        severity: 'high',
        resource: GROUP,
        summary: expect.stringContaining(says),
        fix: expect.stringContaining(fix),
      },
    ]);
    expect(`${findings[0]?.summary}${findings[0]?.fix}`).toMatch(PRINTABLE);
  });

  test('all that is wrong is said at once', () => {
    const { findings } = parse(
      {
        service: 'a',
        'service.2': 'staging/b',
        port: 'x',
        mode: 'y',
        targets: 'z',
        zone: 'w',
        container: '?',
        colour: 'red',
      },
      ['production'],
    );
    expect(findings.map(({ rule }) => rule).sort()).toEqual([
      'TAG-2',
      'TAG-3',
      'TAG-4',
      'TAG-5',
      'TAG-6',
      'TAG-7',
      'TAG-8',
      'TAG-9',
    ]);
  });

  test('a misspelt workload tag is named, and missed', () => {
    expect(parse({ servce: 'production/a' }).findings.map(({ rule }) => rule)).toEqual(['TAG-9', 'TAG-1']);
  });
});

describe('what is worth knowing while the wiring holds', () => {
  test.each<{ name: string; tags: Record<string, string>; says: string }>([
    { name: 'a workload named twice', tags: { service: 'production/a production/a' }, says: 'names a workload twice' },
    {
      name: 'twice over continued tags',
      tags: { service: 'production/a', 'service.2': 'production/a' },
      says: 'names a workload twice',
    },
    {
      name: 'a tag of services',
      tags: { service: 'production/a', allow: 'deploy' },
      says: '"taskwire:allow" has no effect on a target group: it belongs on an ECS service',
    },
    ...['', 'true', 'yesterday', '2026-13-01T00:00:00Z', '2026-03-02 08:00'].map((paused) => ({
      name: `a pause since "${paused}"`,
      tags: { service: 'production/a', paused },
      says: 'which is no point in time; the group is paused all the same',
    })),
    { name: 'a tag of tasks', tags: { service: 'production/a', standby: 'true' }, says: 'it belongs on a task' },
  ])('$name', ({ tags, says }) => {
    const { wiring, findings } = parse(tags);
    expect(wiring?.workloads).toEqual([service('a')]);
    expect(findings).toMatchObject([{ severity: 'low', summary: expect.stringContaining(says) }]);
  });

  test('a pause whose time nobody understands is one', () => {
    const { wiring } = parse({ service: 'production/a', paused: 'soon' });
    expect(wiring).toMatchObject({ mode: 'observe', paused: {} });
  });

  test('only a tag that belongs elsewhere is no wish to be wired', () => {
    expect(parse({ scaling: 'min=1 max=2' })).toMatchObject({ findings: [{ rule: 'TAG-9', severity: 'low' }] });
  });
});

describe('properties', () => {
  const key = fc.oneof(
    fc
      .constantFrom(
        'service',
        'service.2',
        'service.3',
        'family',
        'beanstalk',
        'container',
        'port',
        'mode',
        'targets',
        'zone',
        'allow',
        'x',
      )
      .map((name) => `taskwire:${name}`),
    fc.constantFrom('Taskwire:service', '__proto__', 'constructor', 'team'),
    fc.string(),
  );
  const value = fc.oneof(
    fc.constantFrom('production/a', 'production/a production/b', 'shop-prod', '8080', 'observe', 'all', ''),
    fc.string({ unit: 'binary' }),
  );
  const entries = fc.uniqueArray(fc.tuple(key, value), { selector: ([name]) => name, maxLength: 8 });

  test('wiring and a finding of severity high exclude each other, and the order of tags does not matter', () => {
    fc.assert(
      fc.property(entries, (tags) => {
        const [here, there] = [tags, [...tags].reverse()].map((list) =>
          parseWiring(Object.fromEntries(list), { prefix: 'taskwire', resource: GROUP, watchedClusters: [] }),
        );
        expect(there).toEqual(here);
        const high = here?.findings.some(({ severity }) => severity === 'high');
        if (here?.wiring !== undefined) {
          expect(high).toBe(false);
          expect(here.wiring.workloads.length).toBeGreaterThan(0);
          expect(new Set(here.wiring.workloads.map(({ kind }) => kind)).size).toBe(1);
        }
        for (const { summary, fix } of here?.findings ?? []) expect(summary + fix).toMatch(PRINTABLE);
      }),
      { numRuns: 1_000 },
    );
  });
});

describe('standby', () => {
  const TASK = 'arn:aws:ecs:eu-central-1:111122223333:task/production/36fbeee74c1d4e7a9b3f7eeebf630017';

  test.each<{ name: string; tags?: Record<string, string>; standby?: boolean; finding?: string }>([
    { name: 'no tags' },
    { name: 'another tag', tags: { team: 'shop' } },
    { name: 'true', tags: { 'taskwire:standby': 'true' }, standby: true },
    { name: 'true with spaces', tags: { 'taskwire:standby': ' true ' }, standby: true },
    { name: 'false', tags: { 'taskwire:standby': 'false' } },
    {
      name: 'yes',
      tags: { 'taskwire:standby': 'yes' },
      finding: 'taskwire:standby is "yes": it can be true or false.',
    },
    { name: 'empty', tags: { 'taskwire:standby': '' }, finding: 'taskwire:standby is "": it can be true or false.' },
    {
      name: 'another case',
      tags: { 'taskwire:standby': 'TRUE' },
      finding: 'taskwire:standby is "TRUE": it can be true or false.',
    },
  ])('$name', ({ tags, standby = false, finding }) => {
    expect(isStandby(tags, 'taskwire')).toBe(standby);
    expect(parseStandby(tags, 'taskwire', TASK)).toMatchObject({
      standby,
      findings: finding === undefined ? [] : [{ rule: 'TAG-13', resource: TASK, summary: finding }],
    });
  });
});

describe('groups that Kubernetes fills', () => {
  test.each<{ tags: Record<string, string>; reason?: string }>([
    { tags: { 'elbv2.k8s.aws/cluster': 'prod' }, reason: 'Kubernetes fills it (tag "elbv2.k8s.aws/cluster" = "prod")' },
    {
      tags: { 'ingress.k8s.aws/stack': 'shop/web' },
      reason: 'Kubernetes fills it (tag "ingress.k8s.aws/stack" = "shop/web")',
    },
    { tags: { 'service.k8s.aws/resource': 'a' }, reason: 'Kubernetes fills it (tag "service.k8s.aws/resource" = "a")' },
    {
      tags: { 'eks:eks-cluster-name': 'a\u001b[2J' },
      reason: 'Kubernetes fills it (tag "eks:eks-cluster-name" = "a\\u001b[2J")',
    },
    { tags: { 'elbv2.k8s.aws/clusters': 'prod', 'my.ingress.k8s.aws/stack': 'x', team: 'k8s' } },
    { tags: {} },
  ])('$reason', ({ tags, reason }) => {
    expect(foreignFillerOf(tags)).toBe(reason);
  });
});
