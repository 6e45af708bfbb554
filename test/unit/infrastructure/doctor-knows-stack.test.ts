import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { neededRights, type RightsPlace } from '../../../shared/core/doctor/needed-rights.ts';
import { deployedName, queueName, ruleName, STACK } from '../../../shared/core/doctor/stack.ts';
import { isAllowed, listOf } from '../../support/authorization.ts';
import { at, textAt } from '../../support/free-form.ts';
import { packagedTemplate, resolved, statementsOf, type Template } from '../../support/packaged-stack.ts';

const PLACE: RightsPlace = {
  partition: 'aws',
  region: 'eu-central-1',
  account: '111122223333',
  stage: 'prod',
  tagPrefix: 'taskwire',
  cluster: 'production',
  mode: 'enforce',
  reportBucket: 'reports',
};
const PARAMETERS = { reportBucket: 'reports', clusters: 'production' };

const namesOf = (template: Template, type: string, property: string): readonly string[] =>
  Object.values(template.Resources)
    .filter(({ Type }) => Type === type)
    .map(({ Properties }) => String(Properties[property]))
    .sort();

/** `register-targets` → `RegisterTargetsRole` */
const roleOf = (name: string): string =>
  `${name.replace(/(?:^|-)([a-z])/g, (_, letter: string) => letter.toUpperCase())}Role`;

describe('what doctor looks for is what is deployed', () => {
  test('functions, rules and queues', async () => {
    const template = await packagedTemplate(PARAMETERS);
    expect(STACK.map(({ name }) => deployedName('prod', name)).sort()).toEqual(
      namesOf(template, 'AWS::Lambda::Function', 'FunctionName'),
    );
    expect(STACK.flatMap(({ name, rules }) => rules.map((rule) => ruleName('prod', name, rule))).sort()).toEqual(
      namesOf(template, 'AWS::Events::Rule', 'Name'),
    );
    expect(STACK.flatMap((each) => each.queues.map((kind) => queueName('prod', each, kind))).sort()).toEqual(
      namesOf(template, 'AWS::SQS::Queue', 'QueueName'),
    );
  });

  test('every function tells one version: the package’s, and which build', async () => {
    const template = await packagedTemplate(PARAMETERS);
    const versions = Object.values(template.Resources)
      .filter(({ Type }) => Type === 'AWS::Lambda::Function')
      .map(({ Properties }) => textAt(Properties, 'Environment', 'Variables', 'TASKWIRE_VERSION'));
    expect(versions).toHaveLength(STACK.length);
    const [version = '', ...others] = new Set(versions);
    expect(others).toEqual([]);
    const [release, build] = version.split('+');
    expect(release).toBe(JSON.parse(readFileSync('package.json', 'utf8')).version);
    expect(build).toMatch(/^[0-9a-f]{7}$/);
  });

  test('where rules send, and how often schedules run', async () => {
    const template = await packagedTemplate(PARAMETERS);
    const deployed = Object.values(template.Resources)
      .filter(({ Type }) => Type === 'AWS::Events::Rule')
      .map(({ Properties: { Name, ScheduleExpression, Targets } }) => ({
        name: Name,
        schedule: ScheduleExpression,
        to: resolved(template, at(Targets, 0, 'Arn')),
      }));
    for (const each of STACK) {
      for (const rule of each.rules) {
        const found = deployed.find(({ name }) => name === ruleName('prod', each.name, rule));
        const name = rule.to === 'queue' ? queueName('prod', each, 'own') : deployedName('prod', each.name);
        expect(found?.to).toMatch(new RegExp(`:${name}$`));
        const { everyMinutes } = rule;
        const schedule = everyMinutes === 1_440 ? /^cron\(\d+ \d+ \* \* \? \*\)$/ : `rate(${everyMinutes} minutes)`;
        if (everyMinutes === undefined) expect(found?.schedule).toBeUndefined();
        else expect(found?.schedule).toEqual(typeof schedule === 'string' ? schedule : expect.stringMatching(schedule));
      }
    }
  });

  test('the functions that read a queue', async () => {
    const template = await packagedTemplate(PARAMETERS);
    const read = Object.values(template.Resources)
      .filter(({ Type }) => Type === 'AWS::Lambda::EventSourceMapping')
      .map(({ Properties }) => String(resolved(template, Properties.EventSourceArn)).split(':').at(-1));
    const own = STACK.flatMap((each) => (each.queues.includes('own') ? [queueName('prod', each, 'own')] : []));
    expect(own.sort()).toEqual(read.sort());
  });
});

describe('the rights that doctor asks for are those of the roles', () => {
  const requestsOf = (name: string, place = PLACE) =>
    neededRights(name, place).flatMap(({ actions, resource, context = {} }) =>
      actions.map((action) => ({ action, resource, context })),
    );
  const names = STACK.map(({ name }) => name);

  test.each(names)('%s: all that is asked is allowed, and all that is allowed is asked', async (name) => {
    const statements = statementsOf(await packagedTemplate(PARAMETERS), roleOf(name));
    const requests = requestsOf(name);
    expect(requests.filter((request) => !isAllowed(statements, request))).toEqual([]);
    const allowed = statements.filter(({ Effect }) => Effect === 'Allow').flatMap(({ Action }) => listOf(Action));
    expect([...new Set(requests.map(({ action }) => action))].sort()).toEqual([...new Set(allowed)].sort());
  });

  test.each(names)('%s: where the stack only observes, nothing is asked that its role denies', async (name) => {
    const statements = statementsOf(await packagedTemplate({ mode: 'observe' }), roleOf(name));
    const { reportBucket: _, ...place } = PLACE;
    const requests = requestsOf(name, { ...place, mode: 'observe' });
    expect(requests.length).toBeGreaterThan(5);
    expect(requests.filter((request) => !isAllowed(statements, request))).toEqual([]);
  });
});
