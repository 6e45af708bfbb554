import { evaluate } from '../audit/evaluate.ts';
import type { RuleText } from '../audit/rule.ts';
import type { Finding } from '../outcome.ts';
import type { Settings } from '../settings.ts';
import { collectorKindOf } from './collectors.ts';
import type { DefinedContainer } from './definition.ts';
import { TRACING_RULES } from './rules.ts';
import type { TracedTask } from './subject.ts';

/** What is asked of a task: by its service's tags, else by the stack. */
export interface Expected {
  readonly tracing: Settings['tracing'];
  readonly wanted: TracedTask['wanted'];
}

/** The collectors among a task's containers, whichever is wanted. */
export const collectorsOf = ({
  task,
  collectorImages,
}: Pick<TracedTask, 'task' | 'collectorImages'>): readonly DefinedContainer[] =>
  task.containers.filter((container) => collectorKindOf(container, collectorImages) !== undefined);

/**
 * What is wrong with the tracing of a revision. `required`: whatever a rule says. `optional`: the same, but a task
 * without any collector is fine. `off`: nothing.
 * @param resource ARN of the revision.
 */
export const judgeRevision = (
  subject: TracedTask,
  tracing: Expected['tracing'],
  resource: string,
): readonly Finding[] => {
  if (tracing === 'off') return [];
  const none = collectorsOf(subject).length === 0 && subject.daemonCollector !== true;
  if (tracing === 'optional' && none) return [];
  // Only what a finding promises: where it stands in a file is nothing to somebody who has no file.
  return evaluate(subject, TRACING_RULES, resource).map(({ rule, severity, summary, fix }) => ({
    rule,
    severity,
    resource,
    summary,
    fix,
  }));
};

/** What has no check: it is told when there is nothing to judge. */
export const READABLE_REVISION: RuleText = {
  id: 'XRY-34',
  slug: 'revision-is-readable',
  severity: 'info',
  requires: 'ECS describes the revision of a task that starts.',
  risk: 'Nobody can say whether its tasks have a collector that works.',
  fix: 'Deploy the service with a revision that is there.',
  page: 'https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-definition-state.html',
};

/** What could not be judged, since its definition is not to be had. */
export const unreadableRevision = (taskDefinitionArn: string): Finding => ({
  rule: READABLE_REVISION.id,
  severity: READABLE_REVISION.severity,
  resource: taskDefinitionArn,
  summary: 'ECS no longer describes this revision, so nobody can say whether its tasks have a collector that works.',
  fix: READABLE_REVISION.fix,
});
