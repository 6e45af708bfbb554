import type { VNode } from 'preact';
import type { AuditReport } from '../../core/audit/report.ts';
import { figure } from '../figures.ts';
import { Outside } from './marks.tsx';

const ELB_PAGE = 'https://docs.aws.amazon.com/elasticloadbalancing/latest/userguide/elb-api-throttling.html';
const ECS_PAGE = 'https://docs.aws.amazon.com/AmazonECS/latest/APIReference/request-throttling.html';

/** What AWS grants an account and region together: calls saved up, and calls gained per second. */
interface Budget {
  readonly name: string;
  readonly holds: RegExp;
  readonly grant?: { readonly burst: number; readonly perSecond: number; readonly page: string };
}

/** The first that holds a call counts it. */
const BUDGETS: readonly Budget[] = [
  {
    name: 'Registrations of targets',
    holds: /^elasticloadbalancing:(Register|Deregister)Targets$/,
    grant: { burst: 20, perSecond: 4, page: ELB_PAGE },
  },
  {
    name: 'Elastic Load Balancing, all other calls',
    holds: /^elasticloadbalancing:/,
    grant: { burst: 40, perSecond: 10, page: ELB_PAGE },
  },
  {
    name: 'ECS: tasks and container instances',
    holds: /^ecs:(Describe|List)(Tasks|ContainerInstances)$/,
    grant: { burst: 100, perSecond: 20, page: ECS_PAGE },
  },
  {
    name: 'ECS: task definitions',
    holds: /^ecs:(DescribeTaskDefinition|ListTaskDefinitions|ListTaskDefinitionFamilies)$/,
    grant: { burst: 50, perSecond: 20, page: ECS_PAGE },
  },
  {
    name: 'ECS: services',
    holds: /^ecs:(Describe|List)Services$/,
    grant: { burst: 100, perSecond: 20, page: ECS_PAGE },
  },
  { name: 'All other calls', holds: /^/ },
];

type Calls = AuditReport['summary']['calls'];

/** Calls by budget, in the budgets' order. */
const byBudget = (calls: Calls): readonly number[] => {
  const counts = BUDGETS.map(() => 0);
  for (const [action, count] of Object.entries(calls)) {
    const index = BUDGETS.findIndex(({ holds }) => holds.test(action));
    counts[index] = (counts[index] ?? 0) + count;
  }
  return counts;
};

/** All calls of an audit together. */
export const allCalls = (calls: Calls): number => Object.values(calls).reduce((sum, count) => sum + count, 0);

const timeOf = (count: number, { burst, perSecond }: NonNullable<Budget['grant']>): string =>
  count <= burst ? 'at once' : `${figure(Math.ceil((count - burst) / perSecond))} s`;

/** The calls of this audit against what AWS grants, and against the audit before. */
export const CallTable = ({ report }: { readonly report: AuditReport }): VNode | null => {
  const now = byBudget(report.summary.calls);
  const last = report.history.at(-1);
  const before = last === undefined ? undefined : byBudget(last.calls);
  if (allCalls(report.summary.calls) === 0) return null;
  return (
    <section id="calls" aria-labelledby="calls-title">
      <h2 id="calls-title">AWS calls against the budgets</h2>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must scroll by keys as well */}
      <section class="scroll" aria-label="AWS calls by budget" tabIndex={0}>
        <table>
          <thead>
            <tr>
              <th scope="col">Budget of the account</th>
              <th scope="col" class="number">
                Calls
              </th>
              {before !== undefined && (
                <th scope="col" class="number">
                  Before
                </th>
              )}
              <th scope="col" class="number">
                AWS grants
              </th>
              <th scope="col" class="number">
                Time at that rate
              </th>
            </tr>
          </thead>
          <tbody>
            {BUDGETS.map(({ name, grant }, index) => {
              const count = now[index] ?? 0;
              if (count === 0 && (before?.[index] ?? 0) === 0) return null;
              return (
                <tr>
                  <th scope="row">{name}</th>
                  <td class="number">{figure(count)}</td>
                  {before !== undefined && <td class="number">{figure(before[index] ?? 0)}</td>}
                  <td class="number">
                    {grant === undefined ? (
                      'not published'
                    ) : (
                      <Outside href={grant.page}>
                        {grant.perSecond} per second, {grant.burst} at once
                      </Outside>
                    )}
                  </td>
                  <td class="number">{grant === undefined ? '' : timeOf(count, grant)}</td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </section>
    </section>
  );
};
