import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { VERBS } from '../../../cli/verbs.ts';
import { personalRights } from '../../../shared/core/doctor/needed-rights.ts';
import { mustBeTold, toldCalls, toldVerbs } from '../../support/told-calls.ts';

const { look, change } = personalRights({
  partition: 'aws',
  region: 'eu-central-1',
  account: '111122223333',
  stage: 'prod',
  tagPrefix: 'taskwire',
  cluster: 'production',
  mode: 'enforce',
});
const actionsOf = (rights: typeof look): readonly string[] =>
  [...new Set(rights.flatMap(({ actions }) => actions))].sort();

/** What no adapter calls: AWS asks IAM for it on its own. */
const ASKED_BY_AWS = [
  'cloudwatch:DeleteAlarms',
  'cloudwatch:DescribeAlarms',
  'cloudwatch:PutMetricAlarm',
  'iam:CreateServiceLinkedRole',
];

describe('the table of verbs in docs/permissions.md', () => {
  test('tells of every verb once', () => {
    const told = toldVerbs().flatMap(({ verbs }) => verbs);
    const cli = readFileSync('cli/verbs.ts', 'utf8');
    const [, list = ''] = /VERBS: readonly Verb\[\] = \[([^\]]+)\]/.exec(cli) ?? [];
    expect([...told].sort()).toEqual(list.match(/\w+/g)?.toSorted());
    expect(told).toHaveLength(VERBS.length);
  });

  test('tells of plan and apply what doctor asks for', () => {
    expect([...toldCalls('plan')].sort()).toEqual(actionsOf(look));
    expect([...toldCalls('apply')].sort()).toEqual(actionsOf([...look, ...change]));
  });

  test('names only calls that are made', () => {
    const sources = readdirSync('shared/aws').map((file) => readFileSync(`shared/aws/${file}`, 'utf8'));
    const code = sources.join('\n');
    const told = new Set(toldVerbs().flatMap(({ calls }) => calls));
    expect(told.size).toBeGreaterThan(60);
    const isMade = (action: string): boolean => {
      const [service = '', name = ''] = action.split(':');
      return code.includes(`'${action}'`) || (code.includes(`\`${service}:$`) && code.includes(`'${name}'`));
    };
    expect([...told].filter((action) => !isMade(action)).sort()).toEqual(ASKED_BY_AWS);
  });

  test('holds what a verb calls: one call that it does not tell fails the run', () => {
    expect(() => mustBeTold('drain', ['ecs:StopTask', 'elasticloadbalancing:DescribeTargetHealth'])).not.toThrow();
    expect(() => mustBeTold('plan', ['ecs:StopTask'])).toThrow(
      'docs/permissions.md does not tell that plan calls ecs:StopTask',
    );
    expect(() => mustBeTold('lint', ['ecs:ListTasks'])).toThrow('lint calls ecs:ListTasks');
  });
});
