import type { ContextEntry } from '@aws-sdk/client-iam';
import { parseArn } from '../core/task/arn.ts';
import type { Access } from '../ports/access.ts';
import { type Clients, onceLoaded } from './clients.ts';
import { allPages } from './pages.ts';

const entryFrom = ([ContextKeyName, value]: readonly [string, string | readonly string[]]): ContextEntry =>
  typeof value === 'string'
    ? { ContextKeyName, ContextKeyType: 'string', ContextKeyValues: [value] }
    : { ContextKeyName, ContextKeyType: 'stringList', ContextKeyValues: [...value] };

/** What IAM would answer, over the AWS API; the client is imported at the first call. */
export const createAccess = (clients: Clients): Access => {
  const iam = onceLoaded(async () => {
    const { config, readTries, watch } = clients.more;
    return (await import('./access-client.ts')).createAccessClient(config(readTries), watch);
  });
  return {
    principalOf: async (callerArn) => {
      const [kind, name = ''] = parseArn(callerArn)?.resource.split('/') ?? [];
      if (kind === 'user') return callerArn;
      if (kind !== 'assumed-role') return undefined;
      // Who assumed a role is told without the role's path, and IAM knows it by its path only.
      const client = await iam();
      const answer = await clients.read({ action: 'iam:GetRole', resource: name }, (options) =>
        client.getRole({ RoleName: name }, options),
      );
      return answer.Role?.Arn;
    },

    missing: async (principalArn, { actions, resource, context = {} }) => {
      const client = await iam();
      const call = { action: 'iam:SimulatePrincipalPolicy', resource: principalArn };
      const results = await allPages(call.action, async (Marker) => {
        const answer = await clients.read(call, (options) =>
          client.simulatePrincipalPolicy(
            {
              PolicySourceArn: principalArn,
              ActionNames: [...actions],
              ResourceArns: [resource],
              ContextEntries: Object.entries(context).map(entryFrom),
              ...(Marker !== undefined && { Marker }),
            },
            options,
          ),
        );
        return { items: answer.EvaluationResults ?? [], next: answer.Marker };
      });
      const allowed = new Set(
        results.flatMap(({ EvalActionName, EvalDecision }) => (EvalDecision === 'allowed' ? [EvalActionName] : [])),
      );
      return actions.filter((action) => !allowed.has(action));
    },
  };
};
