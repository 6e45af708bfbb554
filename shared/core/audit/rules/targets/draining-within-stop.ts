import { printable } from '../../../text.ts';
import { fail, NOT_APPLICABLE, PASS } from '../../judge.ts';
import type { Rule } from '../../rule.ts';
import type { AuditedGroup } from '../../subject.ts';
import { listeningFor, stopTimeoutOf } from './listening.ts';

export const drainingWithinStop: Rule<AuditedGroup> = {
  id: 'TGT-16',
  slug: 'draining-within-stop-timeout',
  severity: 'low',
  requires: 'The deregistration delay of a wired group is no longer than the stopTimeout of the containers behind it.',
  risk: 'Taskwire deregisters when the task is told to stop, and ECS kills it after stopTimeout: requests that need longer are cut off though the delay promises more, and until the delay is over AWS takes the same address back for no new task.',
  fix: 'Set the group’s deregistration_delay.timeout_seconds to the stopTimeout; raise both where requests take longer (Fargate allows 120 seconds).',
  page: 'https://docs.aws.amazon.com/AmazonECS/latest/developerguide/load-balancer-connection-draining.html',
  check: (group) => {
    const { deregistrationDelaySeconds: delay, group: of } = group.seen;
    const listening = listeningFor(group, group.revisions);
    const [first, ...others] = listening;
    if (delay === undefined || first === undefined) return NOT_APPLICABLE;
    const longest = others.reduce(
      (best, each) => (stopTimeoutOf(each.container) > stopTimeoutOf(best.container) ? each : best),
      first,
    );
    const stop = stopTimeoutOf(longest.container);
    if (delay <= stop) return PASS;
    const written = longest.container.stopTimeoutSeconds === undefined ? ' (the default)' : '';
    return fail(
      `${of.name} drains for ${delay} seconds, and container ${printable(longest.container.name)} of ${printable(longest.revision.task.name)} is killed after ${stop}${written}.`,
    );
  },
};
