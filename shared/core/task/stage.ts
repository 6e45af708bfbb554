import type { Task, TaskContainer } from './task.ts';

/**
 * The stages in which a task's network interface is gone or going: ECS deletes it in DEPROVISIONING, and EC2 may give
 * its address to the next task at once.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-lifecycle-explanation.html
 */
const WITHOUT_INTERFACE: ReadonlySet<string> = new Set(['DEPROVISIONING', 'STOPPED', 'DELETED']);

/** Whether the task's own address is still surely its own. An unknown, future stage counts as holding. */
export const holdsAddress = (task: Task): boolean => !WITHOUT_INTERFACE.has(task.lastStatus);

/** Whether the container still holds its host ports: they are free when the container ends, not when the task does. */
export const holdsPorts = (task: Task, container: TaskContainer): boolean =>
  container.lastStatus !== 'STOPPED' && task.lastStatus !== 'STOPPED' && task.lastStatus !== 'DELETED';

/** Whether ECS wants the task to run and says that it does. RUNNING is not healthy: that is the health check's job. */
export const isRunning = (task: Task): boolean => task.lastStatus === 'RUNNING' && task.desiredStatus === 'RUNNING';

/** Whether anything of the task may still be alive. */
export const isLive = (task: Task): boolean => task.lastStatus !== 'STOPPED' && task.lastStatus !== 'DELETED';
