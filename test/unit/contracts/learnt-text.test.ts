import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { readLearnt } from '../../../shared/contracts/learnt-text.ts';
import { type Learnt, MOST_LEARNT_CHARACTERS, renderLearnt } from '../../../shared/core/gate/learnt.ts';
import { aDefinition } from '../../support/tasks.ts';
import { aBinding } from '../../support/wiring.ts';

const arnOf = (name: string): string =>
  `arn:aws:elasticloadbalancing:eu-central-1:111122223333:targetgroup/${name}/0123456789abcdef`;
const groupCalled = (name: string): Learnt['groups'][number] => ({ ...aBinding().group, arn: arnOf(name), name });
const LEARNT: Learnt = {
  groups: [groupCalled('blue')],
  terms: { fills: [arnOf('green')], allowed: ['blue'], atMs: Date.UTC(2026, 10, 22) },
  definitions: [aDefinition('web:1', { app: ['8080', '9000-9010/udp'], sidecar: [] })],
  subnets: [{ subnetId: 'subnet-1', vpcId: 'vpc-1', cidrs: ['10.0.0.0/24', 'fd00::/64'] }],
};

describe('what the gate leaves for its next call', () => {
  test('comes back as it was', () => {
    expect(readLearnt(renderLearnt(LEARNT))).toEqual(LEARNT);
  });

  test('holds no load balancers, which change', () => {
    const group = { ...groupCalled('blue'), loadBalancerArns: ['arn:aws:…:loadbalancer/app/shop/1'] };
    expect(readLearnt(renderLearnt({ ...LEARNT, groups: [group] }))?.groups).toEqual([groupCalled('blue')]);
  });

  test('holds three groups with the longest names, and is nothing where it would be too long', () => {
    const named = (count: number) =>
      Array.from({ length: count }, (_, index) => groupCalled(`${index}`.padEnd(32, 'x')));
    expect(readLearnt(renderLearnt({ ...LEARNT, groups: named(3) }))?.groups).toHaveLength(3);
    expect(renderLearnt({ ...LEARNT, groups: named(20) })).toBeUndefined();
  });

  test.each([
    { name: 'no text', value: LEARNT },
    { name: 'no JSON', value: '{"groups":' },
    { name: 'a member that is none', value: JSON.stringify({ ...LEARNT, subnets: [{ subnetId: 1 }] }) },
    {
      name: 'a port that is none',
      value: JSON.stringify({ ...LEARNT, groups: [{ ...groupCalled('blue'), port: 70_000 }] }),
    },
    { name: 'more than it ever leaves', value: `${renderLearnt(LEARNT)}${' '.repeat(MOST_LEARNT_CHARACTERS)}` },
  ])('$name is looked up once more', ({ value }) => {
    expect(readLearnt(value)).toBeUndefined();
  });

  test('anything at all is read or left out, and never thrown at', () => {
    fc.assert(
      fc.property(fc.oneof(fc.anything(), fc.json()), (value) => {
        const read = readLearnt(value);
        if (read !== undefined) expect(readLearnt(renderLearnt(read))).toEqual(read);
      }),
    );
  });
});
