import type { Bus } from './bus.ts';
import type { VirtualClock } from './clock.ts';
import type { DeploymentRecord, ServiceRecord } from './state.ts';

const TYPES = {
  SERVICE_STEADY_STATE: 'INFO',
  SERVICE_DESIRED_COUNT_UPDATED: 'INFO',
  SERVICE_TASK_START_IMPAIRED: 'WARN',
  SERVICE_TASK_PLACEMENT_FAILURE: 'ERROR',
  SERVICE_DEPLOYMENT_IN_PROGRESS: 'INFO',
  SERVICE_DEPLOYMENT_COMPLETED: 'INFO',
  SERVICE_DEPLOYMENT_FAILED: 'ERROR',
} as const;

type EventName = keyof typeof TYPES;

/** What ECS tells on the bus about services. */
export interface ServiceEvents {
  /** `ECS Service Action`. */
  action(service: ServiceRecord, eventName: EventName, more?: object): void;
  /** `ECS Deployment State Change`: the service's ARN stands in `resources` only, and no cluster is told. */
  deployment(service: ServiceRecord, deployment: DeploymentRecord, eventName: EventName): void;
}

/**
 * Events of services in ECS's shape.
 * Not modelled: steady states that ECS repeats every six hours, TASKS_STOPPED, events of task sets, capacity providers
 * and service discovery.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs_service_events.html
 */
export const createServiceEvents = (clock: VirtualClock, bus: Bus): ServiceEvents => {
  const now = () => new Date(clock.nowMs()).toISOString();
  return {
    action: (service, eventName, more = {}) => {
      bus.send({
        source: 'aws.ecs',
        detailType: 'ECS Service Action',
        resources: [service.arn],
        detail: { eventType: TYPES[eventName], eventName, clusterArn: service.clusterArn, createdAt: now(), ...more },
      });
    },
    deployment: (service, { id, rolloutReason }, eventName) => {
      // Only ECS's own controller reports its deployments so.
      if (service.controller !== 'ECS') return;
      bus.send({
        source: 'aws.ecs',
        detailType: 'ECS Deployment State Change',
        resources: [service.arn],
        detail: {
          eventType: TYPES[eventName],
          eventName,
          deploymentId: id,
          updatedAt: `${now().slice(0, 19)}Z`,
          reason: rolloutReason,
        },
      });
    },
  };
};
