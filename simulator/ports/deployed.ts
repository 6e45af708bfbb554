import type { DeployedFunction } from '../../shared/core/doctor/seen.ts';
import { parseArn } from '../../shared/core/task/arn.ts';
import { DeniedError } from '../../shared/errors.ts';
import type { Access } from '../../shared/ports/access.ts';
import type { Callers } from '../../shared/ports/callers.ts';
import type { DeployedStack } from '../../shared/ports/deployed-stack.ts';
import type { Figures } from '../../shared/ports/figures.ts';
import type { Deployed, FunctionRecord } from '../deployed.ts';
import type { World } from '../world.ts';

type Action = Parameters<Deployed['meet']>[0];

const PER_PAGE = 50;
const HOUR_MS = 3_600_000;

/** Sums grow with the period, a maximum does not. */
const overPeriod = (statistic: 'Sum' | 'Maximum', hourly: number | undefined, ms: number): number | undefined =>
  hourly === undefined || statistic === 'Maximum' ? hourly : (hourly * ms) / HOUR_MS;

/** What is deployed, over the world. These calls are not among those that the world counts. */
export const createDeployedPorts = (
  world: World,
): {
  readonly callers: Callers;
  readonly deployedStack: DeployedStack;
  readonly access: Access;
  readonly figures: Figures;
} => {
  const { deployed, switches, clock, region, account } = world;
  const ask = async <T>(action: Action, answer: () => T): Promise<T> => {
    const refusal = await deployed.meet(action);
    if (refusal !== undefined) throw new DeniedError(refusal.message, { cause: refusal });
    return answer();
  };
  const told = ({ name, role, state, env }: FunctionRecord): DeployedFunction => ({
    name,
    arn: `arn:aws:lambda:${region}:${account}:function:${name}`,
    role,
    state,
    env: Object.fromEntries([...env].filter(([key]) => key.startsWith('TASKWIRE_'))),
  });
  return {
    callers: {
      current: () =>
        ask('sts:GetCallerIdentity', () => ({
          arn: deployed.caller,
          account,
          region,
          serverTimeMs: Math.floor((clock.nowMs() + deployed.clockAheadMs) / 1_000) * 1_000,
        })),
    },
    deployedStack: {
      describe: (name) =>
        ask('lambda:GetFunctionConfiguration', () => {
          const found = deployed.functions.get(name);
          return found && told(found);
        }),
      list: async (mostPages) => {
        const seen: DeployedFunction[] = [];
        const pages = Math.max(1, Math.ceil(deployed.functions.size / PER_PAGE));
        for (let page = 0; page < Math.min(pages, mostPages); page++) {
          const some = await ask('lambda:ListFunctions', () =>
            [...deployed.functions.values()].slice(page * PER_PAGE, (page + 1) * PER_PAGE).map(told),
          );
          seen.push(...some.filter(({ env }) => Object.keys(env).length > 0));
        }
        return { functions: seen, whole: pages <= mostPages };
      },
      mappings: (functionName) =>
        ask('lambda:ListEventSourceMappings', () =>
          [...switches.mappings.values()]
            .filter((mapping) => mapping.functionName === functionName)
            .map(({ queueArn, state }) => ({ queueArn, state })),
        ),
      rules: async (namePrefix) => {
        const rules = await ask('events:ListRules', () =>
          [...switches.rules.values()].filter(({ name }) => name.startsWith(namePrefix)),
        );
        return Promise.all(
          rules.map(({ name, enabled }) =>
            ask('events:ListTargetsByRule', () => ({
              name,
              enabled,
              targetArns: deployed.ruleTargets.get(name) ?? [],
            })),
          ),
        );
      },
      concurrency: () => ask('lambda:GetAccountSettings', () => ({ ...deployed.concurrency })),
      targetGroupQuota: () => ask('elasticloadbalancing:DescribeAccountLimits', () => deployed.targetGroupQuota),
    },
    access: {
      principalOf: async (callerArn) => {
        const [kind, name = ''] = parseArn(callerArn)?.resource.split('/') ?? [];
        if (kind === 'user') return callerArn;
        return kind === 'assumed-role' ? ask('iam:GetRole', () => `arn:aws:iam::${account}:role/${name}`) : undefined;
      },
      missing: (principal, { actions }) =>
        ask('iam:SimulatePrincipalPolicy', () =>
          actions.filter((action) => deployed.deniedTo.get(principal)?.has(action)),
        ),
    },
    figures: {
      over: (queries, { fromMs, toMs }) =>
        ask('cloudwatch:GetMetricData', () =>
          queries.map(({ namespace, metric, dimensions, statistic }) =>
            overPeriod(
              statistic,
              deployed.figures.get(`${namespace} ${metric} ${Object.values(dimensions).join(' ')}`),
              toMs - fromMs,
            ),
          ),
        ),
    },
  };
};
