import type { Fault } from '../../../fault.ts';
import { printable } from '../../../text.ts';
import { fail, NOT_APPLICABLE, PASS } from '../../judge.ts';
import type { Rule } from '../../rule.ts';
import type { AuditedGroup } from '../../subject.ts';
import { isUnseen } from '../../unseen.ts';

type Described = Omit<Rule<AuditedGroup>, 'check'>;

/** A rule whose judgement was made elsewhere: the same faults, in the same words. */
const saidElsewhere = (
  rule: Described,
  faultsOf: (group: AuditedGroup) => readonly Fault[] | undefined,
): Rule<AuditedGroup> => ({
  ...rule,
  check: (group) => {
    const faults = faultsOf(group);
    if (faults === undefined) return NOT_APPLICABLE;
    const own = faults.filter((fault) => fault.rule === rule.id);
    return own.length === 0 ? PASS : own.map(({ summary, fix }) => fail(printable(summary), { fix: printable(fix) }));
  },
});

/** A rule about a group's targets, judged by the planner: the audit finds what a sweep would find. */
export const plannedForTargets = (rule: Described, targetType?: 'ip' | 'instance'): Rule<AuditedGroup> =>
  saidElsewhere(rule, ({ seen, planned, unseen }) => {
    if (planned === undefined || seen.targets.length === 0 || isUnseen(unseen, 'targets')) return undefined;
    if (targetType !== undefined && seen.group.targetType !== targetType) return undefined;
    return planned.plan.faults;
  });

/** A rule about the tasks of a group's workloads, judged by the planner. */
export const plannedForTasks = (rule: Described): Rule<AuditedGroup> =>
  saidElsewhere(rule, ({ planned, tasks }) =>
    planned === undefined || tasks.length === 0 ? undefined : planned.plan.faults,
  );

/** A rule about whether a group can be bound at all, judged where its tags are read. */
export const judgedAtBinding = (rule: Described): Rule<AuditedGroup> =>
  saidElsewhere(rule, ({ seen: { binding, tagFindings } }) =>
    // Without tags that are understood nobody looked any further.
    binding === undefined && !tagFindings.some((each) => each.rule === rule.id) ? undefined : tagFindings,
  );
