import { expect, test } from '@jest/globals';
import { type AccessRequest, covers, isAllowed, listOf, type Statement } from '../support/authorization.ts';
import { OF_LAMBDA } from './assumed-role.ts';

/** What Application Auto Scaling asks with its caller's rights, taken from its documentation: moto asks nobody. */
export const ASKED_BY_SCALING: ReadonlySet<string> = new Set([
  'LetScalingSetTheCount ecs:UpdateService',
  'LetScalingMakeAlarms cloudwatch:PutMetricAlarm',
  'LetScalingMakeAlarms cloudwatch:DeleteAlarms',
  'LetScalingReadAlarms cloudwatch:DescribeAlarms',
  'LetScalingHaveItsRole iam:CreateServiceLinkedRole',
]);

/** The resources of Beanstalk's clusters stand beside those of the clusters given; services run in those only. */
export const runsNoServices = (resource: string): boolean => /:(?:service|service-revision)\/awseb-/.test(resource);

/** A role of the packaged stack, and what a built function did with a copy of it. */
export interface ProvenRole {
  readonly statements: readonly Statement[];
  /** Of every call that was sent. */
  readonly requests: readonly AccessRequest[];
  /** Answers that were errors. */
  readonly refused: readonly string[];
}

/**
 * Holds the recorded calls of a function to the statements of its role, both ways: every call is allowed, and there is
 * nothing more. moto compares every Resource with a literal star and knows no conditions, so what it enforces is a copy
 * with neither; what the real statements narrow is shown over the calls.
 * @param notCalled What others ask with the function's rights, besides Lambda, as `<Sid> <action>`.
 * @param untouched Resources that are allowed beside those that the scenarios touch, and why is said there.
 */
export const proveRole = (
  of: () => ProvenRole,
  {
    notCalled = new Set(),
    untouched = () => false,
  }: { readonly notCalled?: ReadonlySet<string>; readonly untouched?: (resource: string, sid: string) => boolean } = {},
): void => {
  const isNotOurs = ({ Sid }: Statement, action: string): boolean =>
    OF_LAMBDA.has(action) || notCalled.has(`${Sid} ${action}`);
  const allows = (): readonly (readonly [Statement, string])[] =>
    of()
      .statements.filter(({ Effect }) => Effect === 'Allow')
      .flatMap((one) =>
        listOf(one.Action).flatMap((action): readonly (readonly [Statement, string])[] =>
          isNotOurs(one, action) ? [] : [[one, action]],
        ),
      );

  test('under its actions moto denies no call', () => {
    expect(of().refused).toEqual([]);
    expect(of().requests.length).toBeGreaterThan(5);
  });

  test('every call matches a real statement, its resource and its conditions', () => {
    expect(of().requests.filter((request) => !isAllowed(of().statements, request))).toEqual([]);
  });

  test('no statement grants a call that no scenario makes', () => {
    const asked = of().requests;
    const unused = allows()
      .filter(([one, action]) => !asked.some((request) => request.action === action && covers(one, request)))
      .map(([{ Sid }, action]) => `${Sid} ${action}`);
    expect(unused).toEqual([]);
    const granted = of().statements.flatMap(({ Sid, Action }) => listOf(Action).map((action) => `${Sid} ${action}`));
    expect([...notCalled].filter((action) => !granted.includes(action))).toEqual([]);
  });

  test('no statement names a resource that no scenario touches', () => {
    const asked = of().requests;
    const unused = of()
      .statements.filter(
        (one) => one.Effect === 'Allow' && !listOf(one.Action).some((action) => isNotOurs(one, action)),
      )
      .flatMap((one) =>
        listOf(one.Resource)
          .filter((resource) => !untouched(resource, one.Sid ?? ''))
          .filter((Resource) => !asked.some((request) => covers({ ...one, Resource }, request)))
          .map((resource) => `${one.Sid} ${resource}`),
      );
    expect(unused).toEqual([]);
  });

  test('taking any one action away denies a call', () => {
    const { statements, requests: asked } = of();
    const harmless = allows()
      .filter(([one, action]) => {
        const without = statements.map((each) =>
          each === one ? { ...each, Action: listOf(each.Action).filter((other) => other !== action) } : each,
        );
        return asked.every((request) => isAllowed(without, request));
      })
      .map(([{ Sid }, action]) => `${Sid} ${action}`);
    expect(harmless).toEqual([]);
  });
};
