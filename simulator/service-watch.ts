import type { VirtualClock } from './clock.ts';
import type { EcsTimes } from './ecs-times.ts';
import type { ServiceEvents } from './service-events.ts';
import type { DeploymentRecord, ServiceRecord, TaskRecord } from './state.ts';

/** Starts that may fail before ECS says that it cannot start tasks, and slows down. */
const FAILURES_UNTIL_IMPAIRED = 3;
/** Said again at most this often. */
const IMPAIRED_EVERY_MS = 60_000;
const LONGEST_PAUSE_MS = 15 * 60_000;
const MOST_FAILED_TASKS = 200;

/** Follows how services fare: what they reached, what keeps failing. */
export interface ServiceWatch {
  began(service: ServiceRecord, deployment: DeploymentRecord): void;
  /** A task reached RUNNING. */
  started(service: ServiceRecord, task: TaskRecord): void;
  /** A task is to stop; true where its deployment has failed by that. */
  stopping(service: ServiceRecord, task: TaskRecord): boolean;
  /** After each look of the scheduler: tells the steady state and the end of the deployment, once each. */
  looked(service: ServiceRecord, live: readonly TaskRecord[]): void;
}

/** How many failed tasks end a deployment: half of the desired count, at least 3, at most 200. */
const breakerThreshold = (desired: number): number =>
  Math.min(MOST_FAILED_TASKS, Math.max(FAILURES_UNTIL_IMPAIRED, Math.ceil(desired / 2)));

/**
 * A service is steady when as many tasks run as are wanted, all of its newest deployment, and the last task of the
 * older ones has stopped. A deployment that another one supersedes never completes, and nothing tells so.
 * Not modelled: a failed start is a task that ECS did not stop itself and that never reached RUNNING; one that ends
 * soon after RUNNING does not count, as in ECS. Circuit breaker thresholds other than the default.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-throttle-logic.html
 */
export const createServiceWatch = (clock: VirtualClock, times: EcsTimes, events: ServiceEvents): ServiceWatch => {
  const move = (deployment: DeploymentRecord, state: DeploymentRecord['rolloutState'], reason: string): void => {
    deployment.rolloutState = state;
    deployment.rolloutReason = reason;
    deployment.updatedAtMs = clock.nowMs();
  };

  const failed = (service: ServiceRecord, newest: DeploymentRecord): boolean => {
    if (service.circuitBreaker === 'off' || newest.rolloutState !== 'IN_PROGRESS') return false;
    if (newest.failedTasks < breakerThreshold(service.desiredCount)) return false;
    move(newest, 'FAILED', 'ECS deployment circuit breaker: tasks failed to start.');
    events.deployment(service, newest, 'SERVICE_DEPLOYMENT_FAILED');
    return true;
  };

  return {
    began: (service, deployment) => {
      service.steady = false;
      service.failedStarts = 0;
      service.startsFromMs = 0;
      events.deployment(service, deployment, 'SERVICE_DEPLOYMENT_IN_PROGRESS');
    },
    started: (service, task) => {
      if (task.startedBy !== service.deployments[0]?.id) return;
      service.failedStarts = 0;
      service.startsFromMs = 0;
    },
    stopping: (service, task) => {
      const byEcs = task.stopCode === 'ServiceSchedulerInitiated' || task.stopCode === 'UserInitiated';
      if (task.startedAtMs !== undefined || byEcs) return false;
      const nowMs = clock.nowMs();
      const [newest] = service.deployments;
      service.failedStarts++;
      if (service.failedStarts >= FAILURES_UNTIL_IMPAIRED) {
        const rounds = Math.floor(service.failedStarts / Math.max(FAILURES_UNTIL_IMPAIRED, service.desiredCount));
        service.startsFromMs = nowMs + Math.min(LONGEST_PAUSE_MS, times.replaceMs * 2 ** rounds);
        if (nowMs - service.impairedToldAtMs >= IMPAIRED_EVERY_MS) {
          service.impairedToldAtMs = nowMs;
          events.action(service, 'SERVICE_TASK_START_IMPAIRED');
        }
      }
      if (newest === undefined || task.startedBy !== newest.id) return false;
      newest.failedTasks++;
      return failed(service, newest);
    },
    looked: (service, live) => {
      const [newest, ...older] = service.deployments;
      const steady =
        newest?.shifted === true &&
        service.status === 'ACTIVE' &&
        older.length === 0 &&
        live.length === service.desiredCount &&
        live.every(({ lastStatus, startedBy }) => lastStatus === 'RUNNING' && startedBy === newest.id);
      if (!steady) service.steady = false;
      if (!steady || service.steady) return;
      service.steady = true;
      events.action(service, 'SERVICE_STEADY_STATE');
      if (newest.rolloutState !== 'IN_PROGRESS') return;
      move(newest, 'COMPLETED', `ECS deployment ${newest.id} completed.`);
      events.deployment(service, newest, 'SERVICE_DEPLOYMENT_COMPLETED');
    },
  };
};
