import { evaluate } from '../audit/evaluate.ts';
import { fail, NOT_APPLICABLE, PASS, together } from '../audit/judge.ts';
import type { Rule, RuleResult } from '../audit/rule.ts';
import type { Finding } from '../outcome.ts';
import { taskIdOf } from '../task/arn.ts';
import { isRunning } from '../task/stage.ts';
import type { Task, TaskContainer } from '../task/task.ts';
import { quote } from '../text.ts';
import type { DefinedContainer, DefinedTask } from './definition.ts';

/** One sighting of a task, and what its definition makes of its containers. */
export interface TracedLife {
  /** As an event or DescribeTasks told it. */
  readonly task: Task;
  readonly definition: DefinedTask;
  /** Those of its containers that are collectors. */
  readonly collectors: readonly DefinedContainer[];
}

const PAGE = 'https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-lifecycle-explanation.html';

const seenIn = ({ containers }: Task, { name }: DefinedContainer): TaskContainer | undefined =>
  containers.find((container) => container.name === name);

/** AWS's words may quote a whole configuration. */
const becauseOf = ({ reason }: TaskContainer): string => (reason === undefined ? '' : ` (${quote(reason, 200)})`);

/**
 * A container that stopped without an exit code never ran: its image could not be pulled, its command not be found. One
 * that is PENDING, or not told at all, counts beside others that run; where none does, the sighting knows too little.
 */
const neverRan = ({ containers }: Task, seen: TaskContainer | undefined): boolean => {
  if (seen === undefined || seen.lastStatus === 'PENDING')
    return containers.some(({ lastStatus }) => lastStatus === 'RUNNING');
  return seen.lastStatus === 'STOPPED' && seen.exitCode === undefined;
};

/** Judges each collector of a task that runs. */
const whileItRuns = (
  { task, collectors }: TracedLife,
  judge: (seen: TaskContainer | undefined, collector: DefinedContainer) => RuleResult,
): RuleResult | readonly RuleResult[] => {
  // A sighting without any containers tells nothing about them.
  if (!isRunning(task) || task.containers.length === 0) return NOT_APPLICABLE;
  return together(collectors.map((collector) => judge(seenIn(task, collector), collector)));
};

const about = (task: Task, { name }: DefinedContainer): string =>
  `Collector ${quote(name)} of task ${taskIdOf(task.taskArn)}`;

const staysUp: Rule<TracedLife> = {
  id: 'XRY-30',
  slug: 'collector-stays-up',
  severity: 'high',
  requires: 'The collector runs as long as its task does.',
  risk: 'The application goes on, and from this moment its traces go nowhere.',
  fix: 'Read the collector’s log for why it ended. Start the task anew, or give the collector a restartPolicy, so that ECS starts it again.',
  page: 'https://docs.aws.amazon.com/AmazonECS/latest/developerguide/container-restart-policy.html',
  check: (life) =>
    whileItRuns(life, (seen, collector) =>
      seen?.lastStatus === 'STOPPED' && !neverRan(life.task, seen)
        ? fail(
            `${about(life.task, collector)} stopped with exit code ${seen.exitCode}${becauseOf(seen)}, while the task goes on.`,
            { container: collector.name },
          )
        : PASS,
    ),
};

const starts: Rule<TracedLife> = {
  id: 'XRY-31',
  slug: 'collector-starts',
  severity: 'high',
  requires: 'The collector has started when its task is RUNNING.',
  risk: 'The application serves without ever being traced.',
  fix: 'See that its image can be pulled (execution role, route to the registry, tag) and that its command exists in it.',
  page: PAGE,
  check: (life) =>
    whileItRuns(life, (seen, collector) =>
      neverRan(life.task, seen)
        ? fail(`${about(life.task, collector)} never ran${seen ? becauseOf(seen) : ''}, while the task is RUNNING.`, {
            container: collector.name,
          })
        : PASS,
    ),
};

const isHealthy: Rule<TracedLife> = {
  id: 'XRY-32',
  slug: 'collector-is-healthy',
  severity: 'high',
  requires: 'The collector’s health check, where it declares one, says that it is healthy.',
  risk: 'The collector runs, but by its own word takes or sends nothing; ECS does not replace what is not essential.',
  fix: 'Run the health check’s command in the container (ECS Exec) and read the collector’s log.',
  page: 'https://docs.aws.amazon.com/AmazonECS/latest/developerguide/healthcheck.html',
  check: (life) =>
    whileItRuns(life, (seen, collector) => {
      if (collector.healthCheck === undefined || seen?.health === undefined) return NOT_APPLICABLE;
      return seen.health === 'UNHEALTHY' && seen.lastStatus !== 'STOPPED'
        ? fail(`${about(life.task, collector)} runs, and its health check says UNHEALTHY.`, {
            container: collector.name,
          })
        : PASS;
    }),
};

const sparesItsTask: Rule<TracedLife> = {
  id: 'XRY-33',
  slug: 'collector-spares-its-task',
  severity: 'high',
  requires: 'A collector that ends does not end its task.',
  risk: 'The application is stopped though nothing is wrong with it; where the collector ends at each start, the service never comes up.',
  fix: 'Set "essential": false for the collector, and read its log for why it ended.',
  page: 'https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDefinition.html',
  check: ({ task, definition, collectors }) => {
    if (task.stopCode !== 'EssentialContainerExited') return NOT_APPLICABLE;
    const ended = definition.containers.filter(
      (container) => container.essential && seenIn(task, container)?.lastStatus === 'STOPPED',
    );
    const [first] = ended;
    // Later in the same stop all of them have ended, and nobody can tell any more who was first.
    if (first === undefined || ended.length > 1 || !collectors.includes(first)) return PASS;
    const seen = seenIn(task, first);
    const code = seen?.exitCode === undefined ? '' : ` with exit code ${seen.exitCode}`;
    return fail(`${about(task, first)} ended${code}${seen ? becauseOf(seen) : ''} and took its task with it.`, {
      container: first.name,
    });
  },
};

/** Every rule about the life of collectors, in the order of their ids. */
export const LIFE_RULES: readonly Rule<TracedLife>[] = [staysUp, starts, isHealthy, sparesItsTask];

/** What is wrong with the collectors of a task at one sighting; the order in which sightings come does not matter. */
export const judgeLife = (life: TracedLife): readonly Finding[] =>
  evaluate(life, LIFE_RULES, life.task.taskArn).map(({ rule, severity, resource, summary, fix }) => ({
    rule,
    severity,
    resource,
    summary,
    fix,
  }));
