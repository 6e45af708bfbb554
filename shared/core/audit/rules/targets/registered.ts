import { fail, NOT_APPLICABLE, PASS } from '../../judge.ts';
import type { Rule } from '../../rule.ts';
import type { AuditedGroup } from '../../subject.ts';
import { isUnseen } from '../../unseen.ts';
import { countOf, someOf } from './said.ts';

/** A task that began so lately may be on its way into the group while the snapshot is taken. */
const ON_ITS_WAY_MS = 120_000;

export const registered: Rule<AuditedGroup> = {
  id: 'TGT-1',
  slug: 'running-tasks-are-registered',
  severity: 'high',
  requires: 'Every running task of the workloads that a target group names is registered in it.',
  risk: 'The tasks that are missing get no traffic, so the others carry their share, and scaling out helps nobody.',
  fix: 'See with taskwire explain why, and register them with taskwire apply. Look into the failure queue of register-targets, and whether its alarms are on.',
  page: 'https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-register-targets.html',
  check: ({ seen, planned, tasks, unseen }) => {
    if (planned === undefined || isUnseen(unseen, 'targets')) return NOT_APPLICABLE;
    const { plan, states, sight } = planned;
    const wanted = plan.candidates.filter((candidate) => candidate.wanted).length;
    if (wanted === 0) return NOT_APPLICABLE;
    const createdAtMs = new Map(tasks.map((task) => [task.taskArn, task.createdAtMs]));
    const missing = states.missing.filter(
      ({ task }) => sight.nowMs - (createdAtMs.get(task) ?? Number.NEGATIVE_INFINITY) >= ON_ITS_WAY_MS,
    );
    if (missing.length === 0) return PASS;
    const targets = missing.map(({ target }) => target);
    const found = `${countOf(missing.length, 'running task')} of ${wanted} missing in ${seen.group.name}: ${someOf(targets)}.`;
    if (planned.sight.binding.wiring.mode === 'enforce') return fail(found);
    return fail(found, { fix: 'The group is only observed: set its mode tag to enforce, or take the tag away.' });
  },
};
