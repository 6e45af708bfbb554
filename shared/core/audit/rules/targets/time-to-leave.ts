import { printable } from '../../../text.ts';
import { fail, PASS, together } from '../../judge.ts';
import type { Rule } from '../../rule.ts';
import type { AuditedGroup } from '../../subject.ts';
import { listeningFor, stopTimeoutOf } from './listening.ts';

/** What event, queue, call and the load balancer itself need at worst until no new request comes. */
const LEAST_SECONDS = 10;

export const timeToLeave: Rule<AuditedGroup> = {
  id: 'TGT-17',
  slug: 'time-to-leave-the-group',
  severity: 'medium',
  requires: 'The container behind a wired group has a stopTimeout of 10 seconds or more.',
  risk: 'ECS does not wait for a wired group: it sends SIGTERM at once, and some seconds pass until the load balancer sends no new request. A container that is killed before answers them with a 502.',
  fix: 'Raise the container’s stopTimeout to 30, and let the program go on serving for some seconds after SIGTERM.',
  page: 'https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDefinition.html',
  check: (group) =>
    together(
      listeningFor(group, group.revisions).map(({ container, revision }) =>
        stopTimeoutOf(container) >= LEAST_SECONDS
          ? PASS
          : fail(
              `Container ${printable(container.name)} of ${printable(revision.task.name)}, behind ${group.seen.group.name}, is killed ${stopTimeoutOf(container)} seconds after SIGTERM.`,
            ),
      ),
    ),
};
