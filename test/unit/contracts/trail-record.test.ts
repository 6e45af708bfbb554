import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parseLoggedReason } from '../../../shared/contracts/logged-reason.ts';
import { parseTrailRecord } from '../../../shared/contracts/trail-record.ts';

const GROUP = 'arn:aws:elasticloadbalancing:eu-central-1:111122223333:targetgroup/web/0123456789abcdef';
const EVENT = {
  eventVersion: '1.11',
  userIdentity: { type: 'IAMUser', userName: 'alice', arn: 'arn:aws:iam::111122223333:user/alice' },
  eventTime: '2026-03-02T08:00:13Z',
  eventSource: 'elasticloadbalancing.amazonaws.com',
  eventName: 'RegisterTargets',
  requestParameters: { targetGroupArn: GROUP, targets: [{ id: '2001:DB8:0:0::1', port: 80 }, { id: 'i-0a' }] },
  requestID: 'r1',
  eventID: 'e1',
};
const parse = (more: object) => parseTrailRecord(JSON.stringify({ ...EVENT, ...more }));

describe('a record of CloudTrail', () => {
  test('is a call with its targets, who made it, and its ids', () => {
    expect(parse({})).toEqual({
      record: {
        atMs: Date.UTC(2026, 2, 2, 8, 0, 13),
        action: 'register',
        targetGroup: GROUP,
        targets: [{ id: '2001:db8::1', port: 80 }, { id: 'i-0a' }],
        who: { words: 'user alice' },
        eventId: 'e1',
        requestId: 'r1',
      },
    });
    expect(parse({ eventName: 'DeregisterTargets' })).toMatchObject({ record: { action: 'deregister' } });
    expect(parse({ errorCode: 'AccessDenied', errorMessage: 'No.' })).toMatchObject({
      record: { error: 'AccessDenied: No' },
    });
  });

  test.each<[string, object, string]>([
    ['a role', { type: 'AssumedRole', arn: 'arn:aws:sts::1:assumed-role/deploy/bob' }, 'role deploy, session bob'],
    [
      'a role of ECS',
      {
        type: 'AssumedRole',
        arn: 'arn:aws:sts::1:assumed-role/AWSServiceRoleForECS/x',
        invokedBy: 'ecs.amazonaws.com',
      },
      'role AWSServiceRoleForECS, session x through ecs.amazonaws.com',
    ],
    ['a service', { type: 'AWSService', invokedBy: 'autoscaling.amazonaws.com' }, 'autoscaling.amazonaws.com'],
    ['root', { type: 'Root', arn: 'arn:aws:iam::1:root' }, 'the account’s root user'],
    [
      'somebody federated',
      { type: 'FederatedUser', arn: 'arn:aws:sts::1:federated-user/eve' },
      'arn:aws:sts::1:federated-user/eve',
    ],
    ['somebody new', { type: 'Robot' }, 'Robot'],
    ['a hostile name', { type: 'IAMUser', userName: 'a\u001b[31m' }, 'user a\\u001b[31m'],
  ])('%s made it', (_who, userIdentity, words) => {
    expect(parse({ userIdentity })).toMatchObject({ record: { who: { words } } });
  });

  test.each<[string, object, RegExp]>([
    ['no request', { requestParameters: null }, /^Event "e1" of CloudTrail does not tell its targets/],
    ['no targets', { requestParameters: { targetGroupArn: GROUP } }, /does not tell its targets/],
    [
      'a target without an id',
      { requestParameters: { targetGroupArn: GROUP, targets: [{}] } },
      /does not tell its targets/,
    ],
    ['another call', { eventName: 'DeleteTargetGroup' }, /is "DeleteTargetGroup", which changes no targets/],
    ['no time', { eventTime: 'soon' }, /has no time/],
    ['no id', { eventID: undefined }, /is no event in JSON/],
  ])('with %s is told, not fatal', (_what, more, words) => {
    expect(parse(more)).toEqual({ problem: expect.stringMatching(words) });
  });

  test('comes to a record or a problem in printable words, whatever the text is', () => {
    const texts = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.json(),
      fc.object().map((more) => JSON.stringify({ ...EVENT, ...more })),
    );
    fc.assert(
      fc.property(texts, (text) => {
        const parsed = parseTrailRecord(text);
        const words = 'problem' in parsed ? parsed.problem : parsed.record.who.words;
        expect(words).not.toMatch(/[\p{Cc}\p{Cf}]/u);
      }),
    );
  });
});

describe('a line of the log', () => {
  const LINE = {
    level: 'INFO',
    message: 'change.applied',
    action: 'deregister',
    resource: GROUP,
    target: { id: '10.0.0.1', port: 80 },
    task: 'arn:t',
    reason: 'gone',
    requestId: 'i1',
  };

  test('is the reason of a change', () => {
    expect(parseLoggedReason(JSON.stringify(LINE), 7)).toEqual({
      ...{ atMs: 7, action: 'deregister', targetGroup: GROUP, target: { id: '10.0.0.1', port: 80 } },
      ...{ task: 'arn:t', reason: 'gone', requestId: 'i1' },
    });
  });

  test.each<[string, object]>([
    ['planned only', { message: 'change.planned' }],
    ['of scaling', { action: 'put-policy' }],
    ['without a target', { target: undefined }],
    ['without a reason', { reason: undefined }],
  ])('that is %s is none', (_what, more) => {
    expect(parseLoggedReason(JSON.stringify({ ...LINE, ...more }), 7)).toBeUndefined();
  });

  test('that is no JSON is none', () => {
    fc.assert(fc.property(fc.string(), (text) => parseLoggedReason(text, 0) === undefined));
  });
});
