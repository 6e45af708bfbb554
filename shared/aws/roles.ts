import { IncompleteError } from '../errors.ts';
import type { Roles } from '../ports/roles.ts';
import { type Clients, onceLoaded } from './clients.ts';
import { allPages } from './pages.ts';

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListAttachedRolePolicies.html */
const POLICIES_PER_PAGE = 1_000;

const nameOf = (role: string): string => role.slice(role.lastIndexOf('/') + 1);

/** IAM percent-encodes what it answers. https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetRolePolicy.html */
const decoded = (document: string | undefined, policy: string): string => {
  if (document === undefined) throw new IncompleteError(`IAM told no document of policy ${policy}; it is tried again.`);
  return decodeURIComponent(document);
};

/** Roles over the AWS API; the client is imported at the first call. */
export const createRoles = (clients: Clients): Roles => {
  const iam = onceLoaded(async () => {
    const { config, readTries, watch } = clients.more;
    return (await import('./iam-client.ts')).createIam(config(readTries), watch);
  });
  return {
    policies: async (role) => {
      const client = await iam();
      const RoleName = nameOf(role);
      const listing = { action: 'iam:ListAttachedRolePolicies', resource: role };
      const attached = await allPages(listing.action, async (Marker) => {
        const answer = await clients.read(listing, (options) =>
          client.listAttachedRolePolicies(
            { RoleName, MaxItems: POLICIES_PER_PAGE, ...(Marker !== undefined && { Marker }) },
            options,
          ),
        );
        return { items: answer.AttachedPolicies ?? [], next: answer.Marker };
      });
      const inline = { action: 'iam:ListRolePolicies', resource: role };
      const names = await allPages(inline.action, async (Marker) => {
        const answer = await clients.read(inline, (options) =>
          client.listRolePolicies(
            { RoleName, MaxItems: POLICIES_PER_PAGE, ...(Marker !== undefined && { Marker }) },
            options,
          ),
        );
        return { items: answer.PolicyNames ?? [], next: answer.Marker };
      });
      const documents = names.map(async (PolicyName) => {
        const answer = await clients.read({ action: 'iam:GetRolePolicy', resource: role }, (options) =>
          client.getRolePolicy({ RoleName, PolicyName }, options),
        );
        return decoded(answer.PolicyDocument, PolicyName);
      });
      return {
        attached: attached.flatMap(({ PolicyArn }) => PolicyArn ?? []),
        inline: await Promise.all(documents),
      };
    },

    document: async (PolicyArn) => {
      const client = await iam();
      const call = { action: 'iam:GetPolicy', resource: PolicyArn };
      const { Policy } = await clients.read(call, (options) => client.getPolicy({ PolicyArn }, options));
      const VersionId = Policy?.DefaultVersionId;
      const version = { action: 'iam:GetPolicyVersion', resource: PolicyArn };
      const { PolicyVersion } = await clients.read(version, (options) =>
        client.getPolicyVersion({ PolicyArn, VersionId }, options),
      );
      return decoded(PolicyVersion?.Document, PolicyArn);
    },
  };
};
