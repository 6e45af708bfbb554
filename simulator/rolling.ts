import type { ServiceRecord, TaskRecord } from './state.ts';

/** What a service does next to come nearer to what it should be. */
export interface ServiceStep {
  /** How many tasks of the newest deployment to start. */
  readonly start: number;
  readonly stop: readonly TaskRecord[];
}

/**
 * A rolling deployment: at most the service's maximum percent of its desired count, never fewer than the desired count
 * running: new tasks start first, an old one stops for each new one that runs. Tasks that are asked to stop do not count.
 * @param live The service's tasks whose desired status is RUNNING, oldest first.
 * Blue/green: the old ones stay until the traffic is shifted.
 * Not modelled: alarms, placement constraints, shifts in steps, availability zone rebalancing.
 */
export const nextServiceStep = (service: ServiceRecord, live: readonly TaskRecord[]): ServiceStep => {
  const newest = service.deployments[0];
  const desired = service.status === 'ACTIVE' ? service.desiredCount : 0;
  const current = live.filter((task) => task.startedBy === newest?.id);
  const old = live.filter((task) => task.startedBy !== newest?.id);
  const running = current.filter((task) => task.lastStatus === 'RUNNING').length;
  // Where the traffic shifts at once, all of the old ones serve until then.
  const keepOld = newest?.shifted === false && desired > 0 ? old.length : Math.max(0, desired - running);
  const stop = [...current.slice(desired), ...old.slice(0, Math.max(0, old.length - keepOld))];
  const most = Math.floor((desired * service.maximumPercent) / 100);
  // Blue/green has both whole, and an older green one besides until it has stopped.
  const room = service.deploymentStrategy === 'ROLLING' ? most - (live.length - stop.length) : desired;
  return {
    // A deployment that the circuit breaker ended starts nothing more.
    start: newest?.rolloutState === 'FAILED' ? 0 : Math.max(0, Math.min(desired - current.length, room)),
    stop,
  };
};
