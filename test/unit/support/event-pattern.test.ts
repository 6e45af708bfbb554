import { describe, expect, test } from '@jest/globals';
import { passes } from '../../support/event-pattern.ts';

const event = { source: 'aws.ecs', detail: { status: 'RUNNING', keys: ['team', 'taskwire:port'], none: null } };

describe('an event pattern', () => {
  test.each<{ name: string; pattern: object; passed: boolean }>([
    { name: 'passes what has one of the values', pattern: { source: ['aws.ec2', 'aws.ecs'] }, passed: true },
    { name: 'drops another value', pattern: { source: ['aws.ec2'] }, passed: false },
    { name: 'drops what lacks a member', pattern: { detail: { missing: ['x'] } }, passed: false },
    { name: 'looks into members', pattern: { detail: { status: ['RUNNING'] } }, passed: true },
    { name: 'drops where the event has text for an object', pattern: { source: { of: ['x'] } }, passed: false },
    { name: 'needs all members', pattern: { source: ['aws.ecs'], detail: { status: ['STOPPED'] } }, passed: false },
    { name: 'looks at each of a list', pattern: { detail: { keys: [{ prefix: 'taskwire:' }] } }, passed: true },
    { name: 'drops a list without the prefix', pattern: { detail: { keys: [{ prefix: 'aws:' }] } }, passed: false },
    { name: 'takes a prefix of text only', pattern: { detail: { none: [{ prefix: '' }] } }, passed: false },
    {
      name: 'passes where one branch of an or does',
      pattern: { detail: { $or: [{ status: ['STOPPED'] }, { status: ['RUNNING'] }] } },
      passed: true,
    },
    {
      name: 'needs the rest beside an or',
      pattern: { detail: { keys: ['x'], $or: [{ status: ['RUNNING'] }] } },
      passed: false,
    },
  ])('$name', ({ pattern, passed }) => {
    expect(passes(pattern, event)).toBe(passed);
  });

  test.each([{ source: 'aws.ecs' }, { source: [{ suffix: 'ecs' }] }, { source: [{ prefix: 'a', suffix: 's' }] }, []])(
    'refuses what it does not know: %j',
    (pattern) => {
      expect(() => passes(pattern, event)).toThrow();
    },
  );
});
