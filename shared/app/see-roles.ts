import { allowedActionsOf, type PolicyStatement } from '../core/audit/allowed-actions.ts';
import { XRAY_ACTIONS } from '../core/tracing/rules/task-role-allows.ts';
import type { Roles } from '../ports/roles.ts';
import { once } from './once.ts';
import type { Sighting } from './sighting.ts';

/** Which actions of X-Ray a role allows. */
export type AllowedActions = (role: string) => Promise<readonly string[] | undefined>;

/** Reads no role. */
export const UNREAD_ROLES: AllowedActions = () => Promise.resolve(undefined);

/** Reads each role, and each managed policy, once for one audit. */
export const createAllowedActions = (
  roles: Roles,
  sighting: Sighting,
  parsePolicy: (text: string, what: string) => readonly PolicyStatement[],
): AllowedActions => {
  const managed = once(async (arn) => parsePolicy(await roles.document(arn), arn));
  return once(async (role) => {
    const allowed = await sighting.at({ resource: role, what: 'what the role allows' }, async () => {
      const { attached, inline } = await roles.policies(role);
      const statements = await Promise.all(attached.map(managed));
      const own = inline.flatMap((text) => parsePolicy(text, `an inline policy of ${role}`));
      return allowedActionsOf([...statements.flat(), ...own], XRAY_ACTIONS);
    });
    return allowed?.value;
  });
};
