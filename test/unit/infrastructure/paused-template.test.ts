import { expect, test } from '@jest/globals';
import { isAllowed } from '../../support/authorization.ts';
import { packagedTemplate, statementsOf } from '../../support/packaged-stack.ts';

const GROUP = 'arn:aws:elasticloadbalancing:eu-central-1:111122223333:targetgroup/checkout/5f3a9c1e7d2b4680';
const TAGS = { 'aws:ResourceTag/taskwire:service': 'production/checkout' };

test('a paused group is changed by no function, whatever its instances still know', async () => {
  const template = await packagedTemplate();
  const allows = (role: string, action: string, tags: Readonly<Record<string, string>>): boolean =>
    isAllowed(statementsOf(template, role), {
      action: `elasticloadbalancing:${action}`,
      resource: GROUP,
      context: tags,
    });
  const paused = { ...TAGS, 'aws:ResourceTag/taskwire:paused': '2026-03-02T08:00:00Z' };
  for (const action of ['RegisterTargets', 'DeregisterTargets']) {
    expect(allows('RegisterTargetsRole', action, TAGS)).toBe(true);
    expect(allows('RegisterTargetsRole', action, paused)).toBe(false);
  }
  expect(allows('RemediateRole', 'RegisterTargets', TAGS)).toBe(true);
  expect(allows('RemediateRole', 'RegisterTargets', paused)).toBe(false);
  // A person unwires a group that is paused.
  expect(allows('RemediateRole', 'DeregisterTargets', paused)).toBe(true);
});
