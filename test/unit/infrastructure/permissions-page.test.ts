import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { listOf } from '../../support/authorization.ts';
import { packagedTemplate, statementsOf } from '../../support/packaged-stack.ts';

/** The part of the page about one function. */
const partOf = (page: string, name: string): string =>
  page.split(/^## /m).find((part) => part.startsWith(`${name}\n`)) ?? '';

/** With them every statement is there. */
const PARAMETERS = { passRoles: 'arn:aws:iam::111122223333:role/web', reportBucket: 'reports', fleetRole: 'member' };

test.each([
  ['register-targets', 'RegisterTargetsRole'],
  ['adjust-scaling', 'AdjustScalingRole'],
  ['verify-xray', 'VerifyXrayRole'],
  ['audit', 'AuditRole'],
  ['remediate', 'RemediateRole'],
  ['gate-deployment', 'GateDeploymentRole'],
  ['fleet', 'FleetRole'],
])(
  'docs/permissions.md tells every call that the role of %s allows, with its reason, and no other',
  async (name, role) => {
    const statements = statementsOf(await packagedTemplate(PARAMETERS), role);
    const allowed = [...new Set(statements.flatMap(({ Action }) => listOf(Action)))].sort();
    const part = partOf(readFileSync('docs/permissions.md', 'utf8'), name);
    const rows = [...part.matchAll(/^\| `([\w-]+:\w+)` \| (.+?) \| (.+?) \|$/gm)];
    expect(rows.map(([, call]) => call).sort()).toEqual(allowed);
    // Who reads that a call has no resource must find a star in the role, and the other way round.
    for (const [, call = '', , where = ''] of rows) {
      const stars = statements.filter((one) => listOf(one.Action).includes(call) && one.Resource === '*');
      expect({ call, saysSo: where.startsWith('no resource') }).toEqual({ call, saysSo: stars.length > 0 });
    }
  },
);
