import type { Task } from '../task/task.ts';
import type { DefinedContainer, DefinedTask } from '../tracing/definition.ts';
import type { SeenRevision, SeenService, SeenTask, Snapshot } from './snapshot.ts';

const bareContainer = ({ environment, healthCheck, ...container }: DefinedContainer): DefinedContainer => ({
  ...container,
  // That a variable is set is told, its value is not.
  environment: new Map([...environment.keys()].map((name) => [name, undefined])),
  // A password stands in a command as easily as in a variable.
  command: [],
  entryPoint: [],
  ...(healthCheck !== undefined && { healthCheck: { command: [] } }),
});

/** A task definition without what may be secret: values of environment variables, and commands. */
export const bareDefinition = (task: DefinedTask): DefinedTask => ({
  ...task,
  containers: task.containers.map(bareContainer),
});

/** What AWS quotes of a task that could not read its secrets. */
const SECRET = /arn:[\w-]+:(?:secretsmanager|ssm):[^\s'",;]+/g;

/** A task without its tags, and without AWS's words about its containers, which may quote a whole configuration. */
export const bareTask = ({ tags: _, stoppedReason, ...task }: Task, standby: boolean): SeenTask => ({
  ...task,
  ...(stoppedReason !== undefined && { stoppedReason: stoppedReason.replace(SECRET, 'a secret') }),
  containers: task.containers.map(({ reason: _reason, ...container }) => container),
  standby,
});

/** Only the tags that are Taskwire's: what else people write into tags is their own. */
export const ownTagsOf = (
  tags: Readonly<Record<string, string>>,
  tagPrefix: string,
): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(tags).filter(([name]) => name.startsWith(`${tagPrefix}:`)));

/** A revision without what may be secret. */
export const bareRevision = (revision: SeenRevision): SeenRevision => ({
  ...revision,
  task: bareDefinition(revision.task),
});

const bareService = (service: SeenService, tagPrefix: string): SeenService => ({
  ...service,
  tags: ownTagsOf(service.tags, tagPrefix),
});

/** A snapshot without what may be secret. One that was collected has none of it; the same comes back then. */
export const withoutSecrets = (snapshot: Snapshot): Snapshot => ({
  ...snapshot,
  services: snapshot.services.map((service) => bareService(service, snapshot.tagPrefix)),
  tasks: snapshot.tasks.map((task) => bareTask(task, task.standby)),
  revisions: snapshot.revisions.map(bareRevision),
});
