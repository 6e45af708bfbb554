import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parseAuditInput } from '../../../shared/contracts/audit-input.ts';
import { InputError } from '../../../shared/errors.ts';
import { loadEvent } from '../../support/load-event.ts';

const inputOf = (event: unknown) => parseAuditInput(event).messages.map(({ input }) => input);

test('the schedule and an empty object mean everything', () => {
  expect(inputOf(loadEvent('scheduled/sweep'))).toEqual([{}]);
  expect(inputOf({})).toEqual([{}]);
});

test('by hand: one cluster, and roles', () => {
  expect(inputOf(loadEvent('by-hand/audit'))).toEqual([{ cluster: 'production', iam: true }]);
  const cluster = 'arn:aws:ecs:eu-central-1:111122223333:cluster/production';
  expect(inputOf({ cluster, iam: false })).toEqual([{ cluster, iam: false }]);
});

test.each<[event: unknown, says: RegExp]>([
  [{ clusters: 'production' }, /"clusters" is not understood, did you mean cluster\?/],
  [{ dryRun: true }, /"dryRun" is not understood/],
  [{ cluster: '' }, /cluster must be a name or an ARN, found ""/],
  [{ cluster: 'a/b' }, /cluster must be a name or an ARN/],
  [{ iam: 'yes' }, /iam must be true or false, found "yes"/],
  [{ Records: [] }, /"Records" is not understood/],
  [[], /Expected an event, found an empty list/],
  [null, /Expected an event, found null/],
  [loadEvent('task-state-change/running'), /Understood is Scheduled Event of aws\.events, or by hand \{\}/],
])('%j is refused', (event, says) => {
  expect(() => parseAuditInput(event)).toThrow(says);
});

test('a parser fails only with its own error', () => {
  fc.assert(
    fc.property(fc.anything(), (event) => {
      try {
        parseAuditInput(event);
      } catch (error) {
        expect(error).toBeInstanceOf(InputError);
      }
    }),
  );
});
