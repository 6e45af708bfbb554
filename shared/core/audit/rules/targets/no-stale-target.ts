import { fail, NOT_APPLICABLE, PASS } from '../../judge.ts';
import type { Rule } from '../../rule.ts';
import type { AuditedGroup } from '../../subject.ts';
import { isUnseen } from '../../unseen.ts';
import { countOf, someOf } from './said.ts';

export const noStaleTarget: Rule<AuditedGroup> = {
  id: 'TGT-10',
  slug: 'no-stale-target',
  severity: 'high',
  requires: 'No target is left of a task that stopped, that listens elsewhere, or of nobody at all.',
  risk: 'Requests go nowhere until the health check notices, and the address may be given to somebody else at any time.',
  fix: 'Remove them with taskwire apply. If they come back or stay, look into the failure queue of register-targets.',
  page: 'https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-register-targets.html',
  check: ({ seen, planned, unseen }) => {
    if (planned === undefined || isUnseen(unseen, 'targets') || seen.targets.length === 0) return NOT_APPLICABLE;
    const { stale } = planned.states;
    const [first] = stale;
    if (first === undefined) return PASS;
    const targets = stale.map(({ target }) => target);
    const found = `${countOf(stale.length, 'stale target')} in ${seen.group.name}: ${someOf(targets)}. The first: ${first.reason}.`;
    if (planned.sight.binding.wiring.mode === 'enforce') return fail(found);
    return fail(found, { fix: 'The group is only observed: set its mode tag to enforce, or deregister them by hand.' });
  },
};
