import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { beginFleet } from '../../../shared/app/audit-fleet.ts';
import { parseAudit, parseFleetList, parsePlacedTargets } from '../../../shared/contracts/fleet-input.ts';
import { InputError } from '../../../shared/errors.ts';
import { loadEvent, sampleEvents } from '../../support/load-event.ts';

const stepOf = (event: unknown) => parseAudit(event).messages[0]?.fleet;
const BEGIN = { fleet: 'begin', run: 'nightly-1', input: {} };

describe('what the state machine asks', () => {
  test('to begin, with a list, with a key, or with none of both', () => {
    const fleet = { role: 'taskwire-fleet-member', externalId: 'abc123' };
    const targets = [{ account: '111122223333', region: 'eu-central-1', cluster: 'production' }, {}];
    expect(stepOf({ ...BEGIN, ...fleet, input: { targets } })).toEqual({
      step: 'begin',
      run: 'nightly-1',
      targets,
      ...fleet,
    });
    expect(stepOf({ ...BEGIN, input: { key: 'audit/fleet/europe.json' } })).toEqual({
      step: 'begin',
      run: 'nightly-1',
      key: 'audit/fleet/europe.json',
    });
    expect(stepOf(BEGIN)).toEqual({ step: 'begin', run: 'nightly-1' });
  });

  test('to look at a target, and to make one report', () => {
    const target = { account: '111122223333', output: 'audit/fleet/nightly-1/0' };
    expect(stepOf(target)).toEqual({ step: 'target', target });
    const failure = { Error: 'States.Timeout', Cause: 'It took too long.' };
    expect(stepOf({ fleet: 'failed', output: target.output, failure })).toEqual({
      step: 'failed',
      output: target.output,
      failure: { error: 'States.Timeout', cause: 'It took too long.' },
    });
    expect(stepOf({ fleet: 'reduce', run: 'nightly-1' })).toEqual({ step: 'reduce', run: 'nightly-1' });
  });

  test('all else is an audit of this account', () => {
    expect(stepOf({ cluster: 'production' })).toBeUndefined();
    expect(parseAudit({ cluster: 'production' }).messages).toMatchObject([{ input: { cluster: 'production' } }]);
  });
});

describe('the samples', () => {
  test('are one of each step, and all are understood', () => {
    const steps = sampleEvents()
      .filter((name) => name.startsWith('fleet/'))
      .map((name) => [name, stepOf(loadEvent(name))?.step]);
    expect(steps).toEqual(['begin', 'failed', 'reduce', 'target'].map((step) => [`fleet/${step}`, step]));
  });

  test('belong together: what the first leaves is what the others are called with', async () => {
    const begin = stepOf(loadEvent('fleet/begin'));
    if (begin?.step !== 'begin') throw new Error('the sample begins nothing');
    const written: string[] = [];
    const reports = {
      read: async () => undefined,
      write: async (_: string, text: string) => {
        written.push(text);
      },
    };
    const { run } = await beginFleet(begin, { reports, readList: parseFleetList });
    const target = parsePlacedTargets(written.join(''))[1];
    expect(stepOf(loadEvent('fleet/target'))).toEqual({ step: 'target', target });
    expect(stepOf(loadEvent('fleet/failed'))).toMatchObject({ step: 'failed', output: target?.output });
    expect(stepOf(loadEvent('fleet/reduce'))).toEqual({ step: 'reduce', run });
  });
});

test.each<[what: string, event: unknown, says: RegExp]>([
  ['a folder beside those of the run', { output: 'audit/latest' }, /output must be a folder of the run/],
  ['a way out of the folder', { output: 'audit/fleet/../../0' }, /output must be a folder of the run/],
  ['a member that nobody knows', { output: 'audit/fleet/a/0', accounts: [] }, /accounts must be never|accounts/],
  [
    'an account that is a number',
    { output: 'audit/fleet/a/0', account: 111122223333 },
    /account must be the 12 digits/,
  ],
  ['a Region that is none', { output: 'audit/fleet/a/0', region: 'europe' }, /region must be the name of a Region/],
  ['a pattern for a role', { output: 'audit/fleet/a/0', roleArn: 'arn:aws:iam::1:role/*' }, /roleArn must be the ARN/],
  ['an empty list', { ...BEGIN, input: { targets: [] } }, /a list with at least one target/],
  ['a list elsewhere in the bucket', { ...BEGIN, input: { key: 'invoices/1.json' } }, /a key that begins with audit\//],
  ['a misspelt input', { ...BEGIN, input: { target: [] } }, /target/],
  [
    'a target that repeats',
    { ...BEGIN, input: { targets: [{ cluster: 'a' }, { cluster: 'a' }] } },
    /names cluster a in this account, this Region twice/,
  ],
  [
    'a cluster beside all of its place',
    { ...BEGIN, input: { targets: [{ region: 'eu-west-1' }, { region: 'eu-west-1', cluster: 'a' }] } },
    /names cluster a in this account, eu-west-1 twice, or beside all clusters of that place/,
  ],
  ['an unknown step', { fleet: 'end', run: 'a' }, /fleet/],
])('%s is refused', (_, event, says) => {
  expect(() => parseAudit(event)).toThrow(says);
  expect(() => parseAudit(event)).toThrow(InputError);
});

test('a list in the bucket is read as one that is given, and says where it is wrong', () => {
  expect(parseFleetList('[{"account": "111122223333"}]', 'list.json')).toEqual([{ account: '111122223333' }]);
  expect(() => parseFleetList('[{"account": 1}]', 'list.json')).toThrow(
    /list\.json: \[0\]\.account must be the 12 digits/,
  );
  expect(() => parseFleetList('{', 'list.json')).toThrow('list.json is no JSON.');
  expect(() => parsePlacedTargets('[{}]')).toThrow(/output is missing/);
});

test('whatever comes is understood or refused with a sentence', () => {
  fc.assert(
    fc.property(fc.oneof(fc.anything(), fc.record({ fleet: fc.anything(), run: fc.anything() })), (event) => {
      try {
        parseAudit(event);
      } catch (error) {
        expect(error).toBeInstanceOf(InputError);
      }
    }),
  );
});
