import { fail, NOT_APPLICABLE, PASS } from '../../judge.ts';
import type { Rule } from '../../rule.ts';
import type { AuditedGroup } from '../../subject.ts';
import { isUnseen } from '../../unseen.ts';
import { countOf, someOf } from './said.ts';

export const notInherited: Rule<AuditedGroup> = {
  id: 'TGT-13',
  slug: 'no-inherited-address',
  severity: 'high',
  requires: 'No target outlives its task so long that somebody else has its address or port by now.',
  risk: 'Requests of this group reach another workload, which may answer them.',
  fix: 'Remove them at once with taskwire apply. Look into the failure queue of register-targets: a removal came too late or not at all.',
  page: 'https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-lifecycle-explanation.html',
  check: ({ seen, planned, unseen }) => {
    if (planned === undefined || isUnseen(unseen, 'targets') || seen.targets.length === 0) return NOT_APPLICABLE;
    const inherited = planned.states.wrong.filter(({ task }) => task !== undefined);
    const [first] = inherited;
    if (first === undefined) return PASS;
    const targets = inherited.map(({ target }) => target);
    return fail(
      `${countOf(inherited.length, 'target')} of ${seen.group.name} went on to others: ${someOf(targets)}. The first: ${first.reason}.`,
    );
  },
};
