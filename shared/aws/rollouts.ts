import {
  RegisterTaskDefinitionCommand,
  type Deployment as SdkDeployment,
  type Service,
  UpdateServiceCommand,
} from '@aws-sdk/client-ecs';
import { clusterNameOf } from '../core/task/arn.ts';
import { printable } from '../core/text.ts';
import type { DeployedService, Deployment } from '../core/tracing/rollout.ts';
import { DeniedError, ThrottledError, UnclearError } from '../errors.ts';
import type { Clock } from '../ports/clock.ts';
import type { Rollouts } from '../ports/rollouts.ts';
import type { Clients } from './clients.ts';
import { describeServices, isOnFargate } from './describe-services.ts';
import { fromEcsTags } from './ecs-tags.ts';
import { registerInput } from './register-input.ts';
import { createTokenBucket } from './token-bucket.ts';

/**
 * Half of what AWS grants an account: RegisterTaskDefinition 20 at once and 1 per second, UpdateService 50 and 5.
 * https://docs.aws.amazon.com/AmazonECS/latest/APIReference/request-throttling.html
 */
const REGISTER = { burst: 10, ratePerSecond: 0.5 };
const UPDATE = { burst: 25, ratePerSecond: 2.5 };

const deploymentFrom = (told: SdkDeployment): Deployment => ({
  id: told.id ?? '',
  status: told.status ?? '',
  taskDefinition: told.taskDefinition ?? '',
  ...(told.rolloutState !== undefined && { state: told.rolloutState }),
  ...(told.rolloutStateReason !== undefined && { reason: told.rolloutStateReason }),
  failedTasks: told.failedTasks ?? 0,
  desired: told.desiredCount ?? 0,
  running: told.runningCount ?? 0,
  pending: told.pendingCount ?? 0,
});

const primaryFirst = (a: { status?: string | undefined }, b: { status?: string | undefined }): number =>
  Number(b.status === 'PRIMARY') - Number(a.status === 'PRIMARY');

const serviceFrom = (service: Service): readonly DeployedService[] => {
  const { serviceArn, clusterArn, serviceName: name, status, taskSets = [], deployments = [], tags } = service;
  if (!serviceArn || !clusterArn || !name || !status) return [];
  // CodeDeploy and external controllers bring revisions by task sets; what the service itself names may be an old one.
  const [set] = taskSets.toSorted(primaryFirst);
  // AWS promises no order.
  const [primary, ...older] = deployments.map(deploymentFrom).toSorted(primaryFirst);
  const taskDefinition = set?.taskDefinition ?? service.taskDefinition ?? primary?.taskDefinition;
  const told = {
    serviceArn,
    cluster: clusterNameOf(clusterArn),
    name,
    status,
    controller: service.deploymentController?.type ?? 'ECS',
    strategy: service.schedulingStrategy ?? 'REPLICA',
    onFargate: isOnFargate(service),
    inStages: (service.deploymentConfiguration?.strategy ?? 'ROLLING') !== 'ROLLING',
    ...(taskDefinition !== undefined && { taskDefinition }),
    deployments: primary === undefined ? [] : [primary, ...older],
    tags: fromEcsTags(tags),
  };
  return [told];
};

/** Registering passes roles, which is a right of its own: the usual cure would not help. */
const withPassRole = (error: unknown, resource: string): unknown =>
  error instanceof DeniedError && error.message.includes('iam:PassRole')
    ? new DeniedError(
        `ecs:RegisterTaskDefinition for ${resource} was denied, since it passes the task’s roles to ECS. Allow iam:PassRole on them in the caller’s role, or ask somebody who may.`,
        { cause: error },
      )
    : error;

/** Revisions and rollouts over the AWS API. */
export const createRollouts = (clients: Clients, clock: Clock): Rollouts => {
  const buckets = {
    register: createTokenBucket({ clock, ...REGISTER }),
    update: createTokenBucket({ clock, ...UPDATE }),
  };
  const slowingDown = (call: keyof typeof buckets, error: unknown): unknown => {
    if (error instanceof ThrottledError) buckets[call].throttled();
    return error;
  };
  return {
    turn: (call, signal) => buckets[call].take({ rank: 0, sinceMs: clock.nowMs() }, signal),

    describe: async (cluster, services) => {
      const told = await describeServices(clients, cluster, services, true);
      return told.flatMap(serviceFrom);
    },

    register: async (definition) => {
      const input = registerInput(definition);
      const call = { action: 'ecs:RegisterTaskDefinition', resource: input.family ?? 'a task definition' };
      try {
        const { taskDefinition } = await clients.change(call, (options) =>
          clients.ecsOnce().send(new RegisterTaskDefinitionCommand(input), options),
        );
        if (taskDefinition?.taskDefinitionArn !== undefined) return taskDefinition.taskDefinitionArn;
      } catch (error) {
        throw slowingDown('register', withPassRole(error, printable(call.resource)));
      }
      throw new UnclearError(`${call.action} for ${printable(call.resource)} answered no ARN; it is looked at again.`);
    },

    update: async (cluster, service, taskDefinition) => {
      try {
        await clients.change({ action: 'ecs:UpdateService', resource: service }, (options) =>
          clients.ecsOnce().send(new UpdateServiceCommand({ cluster, service, taskDefinition }), options),
        );
      } catch (error) {
        throw slowingDown('update', error);
      }
    },
  };
};
