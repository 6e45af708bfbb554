import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { checkedAs, type Problem } from '../../../shared/core/doctor/diagnosis.ts';
import { judgeCaller, judgeClock } from '../../../shared/core/doctor/judge-caller.ts';
import { judgeTagging } from '../../../shared/core/doctor/judge-tags.ts';
import { DOCTOR_RULES } from '../../../shared/core/doctor/rules.ts';

const CALLER = { arn: 'arn:aws:iam::111122223333:user/eve', account: '111122223333', region: 'eu-central-1' };
const problem = (severity?: Problem['severity']): Problem => ({
  resource: 'r',
  summary: 's',
  fix: 'f',
  ...(severity !== undefined && { severity }),
});
const UNSEEN = [{ resource: 'r', why: 'denied' }];

describe('what a check comes to', () => {
  test.each<[string, readonly Problem[], typeof UNSEEN | undefined, string]>([
    ['ok where nothing is wrong', [], undefined, 'ok'],
    ['ok where something is only told', [problem('info')], undefined, 'ok'],
    ['warn of what is low', [problem('low')], undefined, 'warn'],
    ['warn of what is medium', [problem('medium')], undefined, 'warn'],
    ['fail of the worst', [problem('low'), problem('high')], undefined, 'fail'],
    ['fail by the rule’s own severity', [problem()], undefined, 'fail'],
    ['not known where something could not be seen', [problem('info')], UNSEEN, 'not-known'],
    ['fail all the same where what was seen is wrong', [problem('high')], UNSEEN, 'fail'],
  ])('%s', (_, problems, unseen, status) => {
    const checked = checkedAs(DOCTOR_RULES.rules, { found: '', problems, ...(unseen && { unseen }) });
    expect(checked.status).toBe(status);
  });
});

describe('the clock', () => {
  test.each([
    [0, []],
    [59_999, []],
    [60_000, ['low']],
    [299_999, ['low']],
    [300_000, ['high']],
    [-300_000, ['high']],
  ])('%i ms off', (offMs, severities) => {
    const nowMs = 1_800_000_000_000;
    const { problems } = judgeClock({ ...CALLER, serverTimeMs: nowMs - offMs }, nowMs);
    expect(problems.map(({ severity }) => severity)).toEqual(severities);
  });

  test('is not known where AWS told no time', () => {
    expect(checkedAs(DOCTOR_RULES.clock, judgeClock(CALLER, 0)).status).toBe('not-known');
  });
});

test('who calls is shown without what would move a cursor', () => {
  expect(judgeCaller({ ...CALLER, arn: 'arn:\u001b[2J' }).found).toContain('arn:\\u001b[2J');
});

describe('the tagging API beside the truth', () => {
  const name = fc.constantFrom('a', 'b', 'c', 'd');
  const tags = fc.dictionary(fc.constantFrom('taskwire:service', 'taskwire:mode', 'team'), fc.constantFrom('x', 'y'));
  const groups = fc.uniqueArray(fc.record({ arn: name, tags }), { selector: ({ arn }) => arn });

  test('in step where both tell the same of Taskwire’s tags, whatever else is tagged', () => {
    fc.assert(
      fc.property(groups, fc.string(), (told, team) => {
        const real = new Map(told.map(({ arn, tags: own }) => [arn, { ...own, team }]));
        expect(judgeTagging('taskwire', { told, true: real, notLooked: 0 }).problems).toEqual([]);
      }),
    );
  });

  test('the order of groups and tags does not matter', () => {
    fc.assert(
      fc.property(groups, groups, (told, others) => {
        const real = others.map(({ arn, tags: own }) => [arn, own] as const);
        const summaries = (turned: boolean): readonly string[] =>
          judgeTagging('taskwire', {
            told: turned ? told.toReversed() : told,
            true: new Map(turned ? real.toReversed() : real),
            notLooked: 0,
          }).problems.map(({ summary }) => summary.replace(/:.*/, ''));
        expect(summaries(true)).toEqual(summaries(false));
      }),
    );
  });
});
