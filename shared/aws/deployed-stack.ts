import { DescribeAccountLimitsCommand } from '@aws-sdk/client-elastic-load-balancing-v2';
import type { FunctionConfiguration } from '@aws-sdk/client-lambda';
import type { DeployedFunction } from '../core/doctor/seen.ts';
import { NotFoundError } from '../errors.ts';
import type { DeployedStack } from '../ports/deployed-stack.ts';
import { type Clients, onceLoaded } from './clients.ts';
import { allPages } from './pages.ts';

/** https://docs.aws.amazon.com/lambda/latest/api/API_ListFunctions.html */
const FUNCTIONS_PER_PAGE = 50;

/** What other functions keep in their environments is nobody's business here, and may be secret. */
const ownSettings = (variables: Readonly<Record<string, string>>): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(variables).filter(([name]) => name.startsWith('TASKWIRE_')));

const functionFrom = (configuration: FunctionConfiguration): readonly DeployedFunction[] => {
  const { FunctionName: name, FunctionArn: arn, Role: role, State: state, Environment } = configuration;
  if (name === undefined || arn === undefined || role === undefined) return [];
  return [{ name, arn, role, ...(state !== undefined && { state }), env: ownSettings(Environment?.Variables ?? {}) }];
};

/** A deployed stack over the AWS API; the clients are imported at the first call. */
export const createDeployedStack = (clients: Clients): DeployedStack => {
  const client = onceLoaded(async () => (await import('./stack-client.ts')).createStackClient(clients.more));

  return {
    describe: async (FunctionName) => {
      const lambda = await client();
      const call = { action: 'lambda:GetFunctionConfiguration', resource: FunctionName };
      try {
        const answer = await clients.read(call, (options) =>
          lambda.getFunctionConfiguration({ FunctionName }, options),
        );
        return functionFrom(answer)[0];
      } catch (error) {
        if (error instanceof NotFoundError) return undefined;
        throw error;
      }
    },

    list: async (mostPages) => {
      const lambda = await client();
      const call = { action: 'lambda:ListFunctions', resource: 'all functions' };
      let pages = 0;
      let whole = true;
      const functions = await allPages(call.action, async (Marker) => {
        const answer = await clients.read(call, (options) =>
          lambda.listFunctions({ MaxItems: FUNCTIONS_PER_PAGE, ...(Marker !== undefined && { Marker }) }, options),
        );
        pages++;
        whole = pages < mostPages || !answer.NextMarker;
        return { items: answer.Functions ?? [], next: whole ? answer.NextMarker : undefined };
      });
      return { functions: functions.flatMap(functionFrom).filter(({ env }) => Object.keys(env).length > 0), whole };
    },

    mappings: async (FunctionName) => {
      const lambda = await client();
      const call = { action: 'lambda:ListEventSourceMappings', resource: FunctionName };
      const mappings = await allPages(call.action, async (Marker) => {
        const answer = await clients.read(call, (options) =>
          lambda.listEventSourceMappings({ FunctionName, ...(Marker !== undefined && { Marker }) }, options),
        );
        return { items: answer.EventSourceMappings ?? [], next: answer.NextMarker };
      });
      return mappings.flatMap(({ EventSourceArn, State }) =>
        EventSourceArn === undefined ? [] : [{ queueArn: EventSourceArn, state: State ?? 'in an unknown state' }],
      );
    },

    rules: async (NamePrefix) => {
      const events = await client();
      const call = { action: 'events:ListRules', resource: `rules ${NamePrefix}…` };
      const rules = await allPages(call.action, async (NextToken) => {
        const answer = await clients.read(call, (options) =>
          events.listRules({ NamePrefix, ...(NextToken !== undefined && { NextToken }) }, options),
        );
        return { items: answer.Rules ?? [], next: answer.NextToken };
      });
      return Promise.all(
        rules.flatMap(({ Name: name, State }) => {
          if (name === undefined) return [];
          const listing = { action: 'events:ListTargetsByRule', resource: name };
          // At most five targets, so one page. https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html
          const targets = clients.read(listing, (options) => events.listTargetsByRule({ Rule: name }, options));
          return [
            targets.then(({ Targets = [] }) => ({
              name,
              enabled: State !== 'DISABLED',
              targetArns: Targets.flatMap(({ Arn }) => (Arn === undefined ? [] : [Arn])),
            })),
          ];
        }),
      );
    },

    concurrency: async () => {
      const lambda = await client();
      const call = { action: 'lambda:GetAccountSettings', resource: 'the account' };
      const { AccountLimit } = await clients.read(call, (options) => lambda.getAccountSettings(options));
      return {
        limit: AccountLimit?.ConcurrentExecutions ?? 0,
        unreserved: AccountLimit?.UnreservedConcurrentExecutions ?? 0,
      };
    },

    targetGroupQuota: async () => {
      // Some 25 limits: one page. https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_Limit.html
      const call = { action: 'elasticloadbalancing:DescribeAccountLimits', resource: 'the account' };
      const { Limits = [] } = await clients.read(call, (options) =>
        clients.elb().send(new DescribeAccountLimitsCommand(), options),
      );
      const most = Limits.find(({ Name }) => Name === 'target-groups')?.Max ?? '';
      return /^\d{1,9}$/.test(most) ? Number(most) : undefined;
    },
  };
};
