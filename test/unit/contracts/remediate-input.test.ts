import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parseRemediateEvent, parseRemediation } from '../../../shared/contracts/remediate-input.ts';
import { parseRemediateSettings } from '../../../shared/contracts/remediate-settings.ts';
import { REPAIRS } from '../../../shared/core/remediation.ts';
import { InputError, SettingsError } from '../../../shared/errors.ts';
import { loadEvent } from '../../support/load-event.ts';

const SYNC = { action: 'sync-targets', cluster: 'production' };
const CLUSTER_ARN = 'arn:aws:ecs:eu-central-1:111122223333:cluster/production';
const GROUP_ARN = 'arn:aws:elasticloadbalancing:eu-central-1:111122223333:targetgroup/web/0123456789abcdef';

describe('what a person asks of remediate', () => {
  test.each(REPAIRS)('%s of a cluster is understood, and only shows', (action) => {
    expect(parseRemediation({ action, cluster: 'production' })).toEqual({
      remediation: { action, cluster: 'production' },
      apply: false,
    });
  });

  test.each([
    { event: { ...SYNC, cluster: CLUSTER_ARN }, remediation: { action: 'sync-targets', cluster: CLUSTER_ARN } },
    { event: { ...SYNC, service: 'web' }, remediation: { ...SYNC, service: 'web' } },
    { event: { ...SYNC, targetGroup: GROUP_ARN }, remediation: { ...SYNC, targetGroup: GROUP_ARN } },
    {
      event: { action: 'attach-sidecar', cluster: 'c', collector: 'xray' },
      remediation: { action: 'attach-sidecar', cluster: 'c', collector: 'xray' },
    },
  ])('$event', ({ event, remediation }) => {
    expect(parseRemediation(event)).toEqual({ remediation, apply: false });
  });

  test('apply with its plan is understood; without one it is left to whoever applies to refuse', () => {
    expect(parseRemediation({ ...SYNC, apply: true, plan: 'p1-AAAA' })).toMatchObject({ apply: true, plan: 'p1-AAAA' });
    expect(parseRemediation({ ...SYNC, apply: true })).toEqual({ remediation: SYNC, apply: true });
  });

  test.each([
    { event: undefined, says: 'expected an object, found undefined. Write { "action": "sync-targets", "cluster"' },
    { event: [], says: 'expected an object, found an empty list.' },
    { event: {}, says: 'action must be one of sync-targets, unwire, remove-unknown-targets' },
    { event: { action: 'sync-target', cluster: 'c' }, says: 'found "sync-target"; did you mean sync-targets?' },
    { event: { action: 'sync-targets' }, says: 'cluster is missing. Name one, such as {' },
    { event: { ...SYNC, cluster: '' }, says: 'cluster must be a name or an ARN, found "".' },
    { event: { ...SYNC, cluster: 'a b' }, says: 'found "a b".' },
    { event: { ...SYNC, cluster: 7 }, says: 'found 7.' },
    { event: { ...SYNC, service: '*' }, says: 'service must be a name or an ARN, found "*". Leave it out to mean all' },
    { event: { ...SYNC, service: null }, says: 'found null.' },
    { event: { ...SYNC, targetGroup: 'w_b' }, says: 'targetGroup must be a name or an ARN, found "w_b".' },
    { event: { ...SYNC, clutser: 'c' }, says: '"clutser" is not understood, did you mean cluster?' },
    { event: { ...SYNC, dryRun: true }, says: '"dryRun" is not understood. Understood are action, cluster, service' },
    { event: { ...SYNC, '\u001b[2J': 1 }, says: '"\\u001b[2J" is not understood.' },
    {
      event: { ...SYNC, collector: 'adot' },
      says: 'a collector is of no use for sync-targets, only for attach-sidecar.',
    },
    {
      event: { action: 'resume-scaling', cluster: 'c', targetGroup: 'web' },
      says: 'a target group is of no use for resume-scaling, only for sync-targets, unwire, remove-unknown-targets, sync-scaling.',
    },
    {
      event: { action: 'attach-sidecar', cluster: 'c', collector: 'adott' },
      says: 'collector must be one of xray, adot, cloudwatch-agent, found "adott"; did you mean adot?',
    },
    { event: { ...SYNC, apply: 'true' }, says: 'apply must be true or false, found "true". Left out it means false.' },
    { event: { ...SYNC, apply: true, plan: 1 }, says: 'plan must be the id of a plan that was shown, found 1.' },
    { event: { ...SYNC, plan: 'p1-AAAA' }, says: 'a plan was given and apply was not. Add "apply": true' },
  ])('refuses $event', ({ event, says }) => {
    expect(() => parseRemediation(event)).toThrow(InputError);
    expect(() => parseRemediation(event)).toThrow(says);
  });

  test('fails only with its own error', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.anything(), fc.record({ action: fc.constantFrom(...REPAIRS), cluster: fc.anything() })),
        (event) => {
          try {
            parseRemediation(event);
          } catch (error) {
            expect(error).toBeInstanceOf(InputError);
          }
        },
      ),
    );
  });

  test.each(['by-hand/remediate-show', 'by-hand/remediate-attach'])('the sample %s only shows', (name) => {
    expect(parseRemediation(loadEvent(name))).toMatchObject({ remediation: { cluster: 'production' }, apply: false });
  });

  test('comes as one message', () => {
    expect(parseRemediateEvent(SYNC)).toEqual({
      messages: [{ id: 'by-hand', remediation: SYNC, apply: false }],
      dropped: [],
      wrapped: false,
    });
  });
});

describe('the roles that the function may pass', () => {
  const ROLE = 'arn:aws:iam::111122223333:role/web';

  test.each([
    { value: undefined, roles: [] },
    { value: ' ', roles: [] },
    { value: ROLE, roles: [ROLE] },
    {
      value: `${ROLE}, arn:aws-cn:iam::111122223333:role/team/api,${ROLE}`,
      roles: [ROLE, 'arn:aws-cn:iam::111122223333:role/team/api'],
    },
  ])('$value', ({ value, roles }) => {
    expect(parseRemediateSettings({ TASKWIRE_PASS_ROLES: value }).passRoles).toEqual(roles);
  });

  test.each([
    { env: { TASKWIRE_PASS_ROLES: 'web' }, says: 'TASKWIRE_PASS_ROLES lists "web": list ARNs of roles' },
    { env: { TASKWIRE_PASS_ROLES: 'arn:aws:iam::111122223333:role/*' }, says: 'no patterns' },
    { env: { TASKWIRE_PASS_ROLE: ROLE }, says: '"TASKWIRE_PASS_ROLE" is no setting: rename it to TASKWIRE_PASS_ROLES' },
    {
      env: { TASKWIRE_PASS_ROLES: 'web', TASKWIRE_MODE: 'off' },
      says: /TASKWIRE_PASS_ROLES lists "web".*TASKWIRE_MODE is "off"/,
    },
  ])('refuses $env', ({ env, says }) => {
    expect(() => parseRemediateSettings(env)).toThrow(SettingsError);
    expect(() => parseRemediateSettings(env)).toThrow(says);
  });
});
