import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import type { Json, JsonObject } from '../../../scripts/release/json-value.ts';
import { mergeTemplates } from '../../../scripts/release/merge.mjs';
import { defaultsIn, PARAMETERS, VARIANTS } from '../../../scripts/release/parameters.mjs';
import { releaseTemplate } from '../../../scripts/release/template.mjs';

const NOTHING = { Ref: 'AWS::NoValue' };
const when = (condition: string, value: Json, otherwise: Json): Json => ({ 'Fn::If': [condition, value, otherwise] });

describe('templates merged', () => {
  const resource = (Properties: JsonObject): JsonObject => ({ Resources: { A: { Type: 'T', Properties } } });
  const merged = (base: JsonObject, ...variants: JsonObject[]) =>
    mergeTemplates(
      base,
      variants.map((template, at) => ({ condition: `C${at}`, template })),
    );
  const propertiesOf = (base: JsonObject, ...variants: JsonObject[]) =>
    merged(resource(base), ...variants.map(resource)).Resources.A;

  test.each<{ name: string; base: JsonObject; variants: JsonObject[]; is: JsonObject }>([
    { name: 'what is the same stays', base: { a: 1 }, variants: [{ a: 1 }], is: { a: 1 } },
    { name: 'what differs depends', base: { a: 1 }, variants: [{ a: 2 }], is: { a: when('C0', 2, 1) } },
    { name: 'what a variant lacks', base: { a: 1 }, variants: [{}], is: { a: when('C0', NOTHING, 1) } },
    { name: 'what it adds', base: {}, variants: [{ a: 1 }], is: { a: when('C0', 1, NOTHING) } },
    {
      name: 'only the place',
      base: { a: { b: 1, c: 2 } },
      variants: [{ a: { b: 1, c: 3 } }],
      is: { a: { b: 1, c: when('C0', 3, 2) } },
    },
    {
      name: 'the earlier first',
      base: { a: 1 },
      variants: [{ a: 2 }, { a: 3 }],
      is: { a: when('C0', 2, when('C1', 3, 1)) },
    },
    { name: 'lists of other lengths', base: { a: [1] }, variants: [{ a: [1, 2] }], is: { a: when('C0', [1, 2], [1]) } },
    { name: 'lists of one length', base: { a: [1, 2] }, variants: [{ a: [1, 3] }], is: { a: [1, when('C0', 3, 2)] } },
    {
      name: 'no halves of functions',
      base: { a: { Ref: 'X' } },
      variants: [{ a: { Ref: 'Y' } }],
      is: { a: when('C0', { Ref: 'Y' }, { Ref: 'X' }) },
    },
    {
      name: 'whole statements',
      base: { a: [{ Sid: 'X', b: 1 }] },
      variants: [{ a: [{ Sid: 'Y', b: 1 }] }],
      is: { a: [when('C0', { Sid: 'Y', b: 1 }, { Sid: 'X', b: 1 })] },
    },
    {
      name: 'one statement',
      base: { a: [{ Sid: 'X', b: 1 }] },
      variants: [{ a: [{ Sid: 'X', b: 2 }] }],
      is: { a: [{ Sid: 'X', b: when('C0', 2, 1) }] },
    },
  ])('$name', ({ base, variants, is }) => {
    expect(propertiesOf(base, ...variants)).toEqual({ Type: 'T', Properties: is });
  });

  test('a resource that a variant adds has its condition, one that it lacks the opposite', () => {
    const { Resources, Conditions } = merged(resource({}), { Resources: { B: { Type: 'T' } } });
    expect(Resources).toEqual({
      A: { Condition: 'NotC0', Type: 'T', Properties: {} },
      B: { Condition: 'C0', Type: 'T' },
    });
    expect(Conditions).toEqual({ NotC0: { 'Fn::Not': [{ Condition: 'C0' }] } });
  });

  test('what a condition implies is asked once', () => {
    const variants = [
      { condition: 'C0', implies: 'C1', template: resource({ a: 2, b: 2 }) },
      { condition: 'C1', template: resource({ a: 2, b: 1 }) },
    ];
    expect(mergeTemplates(resource({ a: 1, b: 1 }), variants).Resources.A).toMatchObject({
      Properties: { a: when('C1', 2, 1), b: when('C0', 2, 1) },
    });
  });

  test.each<{ name: string; variants: JsonObject[]; says: string }>([
    {
      name: 'a resource that two take away',
      variants: [{ Resources: {} }, { Resources: {} }],
      says: 'A depends on several parameters',
    },
    {
      name: 'an attribute that depends',
      variants: [{ Resources: { A: { Type: 'U', Properties: {} } } }],
      says: 'Type of A depends on a parameter',
    },
  ])('$name is refused, since CloudFormation would', ({ variants, says }) => {
    expect(() => merged(resource({}), ...variants)).toThrow(says);
  });
});

describe('a released template', () => {
  const stack = (Properties: JsonObject, more: JsonObject = {}): JsonObject => ({
    Resources: {
      ServerlessDeploymentBucket: { Type: 'AWS::S3::Bucket' },
      DoDashitLambdaFunction: {
        Type: 'AWS::Lambda::Function',
        Properties: {
          Code: { S3Bucket: { Ref: 'ServerlessDeploymentBucket' }, S3Key: 'a/b/do-it.zip' },
          ...Properties,
        },
      },
      ...more,
    },
    Outputs: { ServerlessDeploymentBucketName: { Value: { Ref: 'ServerlessDeploymentBucket' } } },
  });
  const released = (base: JsonObject, zips: Record<string, string> = { 'do-it.zip': 'do-it-1234.zip' }) =>
    releaseTemplate({
      base,
      variants: Object.fromEntries(VARIANTS.map(({ condition }) => [condition, base])),
      defaults: { mode: 'enforce' },
      zips,
      chosen: { version: '1.2.3', clusters: '', tagPrefix: 'taskwire' },
    });
  const functionOf = (base: JsonObject) => released(base).Resources;

  test('takes its code from the bucket of whoever deploys, and has none of its own', () => {
    const { Resources, Outputs } = released(stack({ Description: 'does it' }));
    expect(Resources).toEqual({
      DoDashitLambdaFunction: {
        Type: 'AWS::Lambda::Function',
        Properties: {
          Code: { S3Bucket: { Ref: 'ArtifactBucket' }, S3Key: { 'Fn::Sub': `\${ArtifactPrefix}/do-it-1234.zip` } },
          Description: 'does it',
          Environment: { Variables: {} },
        },
      },
    });
    expect(Outputs).toEqual({ DoItFunction: { Description: 'does it', Value: { Ref: 'DoDashitLambdaFunction' } } });
  });

  test.each<{ name: string; packaged: Json; is: Json }>([
    { name: 'a whole value', packaged: 'zzstagezz', is: { Ref: 'Stage' } },
    { name: 'a number', packaged: 9173, is: { Ref: 'ReservedConcurrency' } },
    { name: 'another number', packaged: 2, is: 2 },
    { name: 'a part of a text', packaged: 'a-zzstagezz', is: { 'Fn::Sub': `a-\${Stage}` } },
    {
      name: 'a part of a text that would mean something',
      packaged: `\${x}-zzstagezz`,
      is: { 'Fn::Sub': `\${!x}-\${Stage}` },
    },
    { name: 'a text that only looks like it', packaged: `\${x}`, is: `\${x}` },
    {
      name: 'a part of what is substituted',
      packaged: { 'Fn::Sub': `\${AWS::Region}-zzstagezz` },
      is: { 'Fn::Sub': `\${AWS::Region}-\${Stage}` },
    },
    { name: 'a list', packaged: ['arn:aws:iam::000000000000:role/zzpassroleszz'], is: { Ref: 'PassRoles' } },
    {
      name: 'a list as a text',
      packaged: 'arn:aws:iam::000000000000:role/zzpassroleszz',
      is: { 'Fn::Join': [',', { Ref: 'PassRoles' }] },
    },
    { name: 'one of a list', packaged: ['zzstagezz', 'b'], is: [{ Ref: 'Stage' }, 'b'] },
  ])('refers to the parameter: $name', ({ packaged, is }) => {
    expect(functionOf(stack({ a: packaged }))).toMatchObject({ DoDashitLambdaFunction: { Properties: { a: is } } });
  });

  test('gives the functions the choices that have no placeholder', () => {
    const Environment = { Variables: { TASKWIRE_MODE: 'enforce', TASKWIRE_OTHER: 'x' } };
    expect(functionOf(stack({ Environment }))).toMatchObject({
      DoDashitLambdaFunction: {
        Properties: { Environment: { Variables: { TASKWIRE_MODE: { Ref: 'Mode' }, TASKWIRE_OTHER: 'x' } } },
      },
    });
  });

  test.each<{ name: string; make: () => unknown; says: string }>([
    {
      name: 'a function without a zip',
      make: () => released(stack({}), {}),
      says: 'DoDashitLambdaFunction has no zip',
    },
    {
      name: 'a key that carries a parameter',
      make: () => released(stack({ 'a-zzstagezz': 1 })),
      says: '"a-zzstagezz" carries a parameter in a key',
    },
    { name: 'values of Fn::Sub', make: () => released(stack({ a: { 'Fn::Sub': ['x', {}] } })), says: 'is not covered' },
    {
      name: 'a resource named as a parameter',
      make: () => released(stack({}, { Stage: { Type: 'T' } })),
      says: 'Stage is a parameter and a resource',
    },
  ])('is not made of what it would get wrong: $name', ({ make, says }) => {
    expect(make).toThrow(says);
  });

  test('shows every parameter in a group and under a label', () => {
    const template = JSON.parse(JSON.stringify(released(stack({}))));
    const shown = template.Metadata['AWS::CloudFormation::Interface'];
    const ids = Object.keys(template.Parameters).sort();
    expect(shown.ParameterGroups.flatMap(({ Parameters }: { Parameters: string[] }) => Parameters).sort()).toEqual(ids);
    expect(Object.keys(shown.ParameterLabels).sort()).toEqual(ids);
    expect(template.Parameters.Mode.Default).toBe('enforce');
  });
});

describe('the parameters of a release', () => {
  const source = readFileSync('serverless.yml', 'utf8');

  test('are those of serverless.yml, with its defaults', () => {
    expect(defaultsIn(source)).toMatchObject({
      mode: 'enforce',
      brakePercent: '50',
      clusters: '',
      tagPrefix: 'taskwire',
    });
  });

  test('a parameter that is added or taken away there is noticed', () => {
    const line = `    mode: \${param:mode, 'enforce'}`;
    expect(source).toContain(line);
    expect(() => defaultsIn(source.replace(line, `${line}\n    other: \${param:other, ''}`))).toThrow('differ: other');
    expect(() => defaultsIn(source.replace(line, ''))).toThrow('differ: mode');
    expect(() => defaultsIn(source.replace(line, '    mode: enforce'))).toThrow('custom.taskwire.mode');
  });

  test.each(PARAMETERS)('$name is either packaged with a placeholder or a variable of the functions', (parameter) => {
    expect([parameter.placeholder, parameter.variable].filter((each) => each !== undefined)).toHaveLength(1);
  });
});
