import { describe, expect, test } from '@jest/globals';
import { parseAllow } from '../../../../shared/contracts/allow-tag.ts';
import { parseWiring } from '../../../../shared/contracts/wiring-tags.ts';
import { workloadKeyOf } from '../../../../shared/core/targets/binding.ts';
import { type AllowedBy, agreedWiring } from '../../../../shared/core/targets/consent.ts';

const RESOURCE = 'arn:aws:elasticloadbalancing:eu-central-1:111122223333:targetgroup/web/0123456789abcdef';

const agreed = (tags: Record<string, string>, allows: Record<string, string>) => {
  const { wiring } = parseWiring(tags, { prefix: 'taskwire', resource: RESOURCE, watchedClusters: [] });
  if (wiring === undefined) throw new Error('wrong tags');
  const allowedBy: AllowedBy = (cluster, service) => {
    const value = allows[`${cluster}/${service}`];
    return value === undefined ? undefined : parseAllow(value === '' ? {} : { 'taskwire:allow': value }, 'taskwire');
  };
  return agreedWiring({ name: 'web' }, wiring, allowedBy, 'taskwire');
};

describe('what of a wiring the services agree to', () => {
  const A = 'service p/a';
  const B = 'service p/b';
  test.each<{ tag: string; allows: Record<string, string>; left: readonly string[]; told: readonly string[] }>([
    { tag: 'p/a', allows: { 'p/a': 'web' }, left: [A], told: [] },
    { tag: 'p/a', allows: { 'p/a': ' blue  web ' }, left: [A], told: [] },
    { tag: 'p/a', allows: { 'p/a': '' }, left: [], told: ['p/a'] },
    { tag: 'p/a', allows: { 'p/a': 'web-2 WEB' }, left: [], told: ['p/a'] },
    { tag: 'p/a p/b', allows: { 'p/a': 'web', 'p/b': 'other' }, left: [A], told: ['p/b'] },
    { tag: 'p/a p/b', allows: { 'p/a': '', 'p/b': '' }, left: [], told: ['p/a', 'p/b'] },
    { tag: 'p/a', allows: {}, left: [A], told: [] },
    { tag: 'p/b', allows: { 'p/a': '', 'q/b': 'web' }, left: [B], told: [] },
  ])('$tag where the services say $allows: $left', ({ tag, allows, left, told }) => {
    const { wiring, faults } = agreed({ 'taskwire:service': tag, 'taskwire:port': '8080' }, allows);
    expect(wiring?.workloads.map(workloadKeyOf) ?? []).toEqual(left);
    if (wiring !== undefined) expect(wiring.port).toBe(8080);
    expect(faults).toEqual(
      told.map((service) =>
        expect.objectContaining({
          rule: 'TAG-15',
          severity: 'high',
          summary: expect.stringContaining(`tagged for ${service},`),
        }),
      ),
    );
  });

  test.each<Record<string, string>>([{ 'taskwire:family': 'p/a' }, { 'taskwire:beanstalk': 'shop-prod' }])(
    'nobody could agree for %j',
    (tags) => {
      const { wiring, faults } = agreed(tags, { 'p/a': '' });
      expect(wiring?.workloads).toHaveLength(1);
      expect(faults).toEqual([]);
    },
  );
});
