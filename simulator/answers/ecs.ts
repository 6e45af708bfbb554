import { clusterNameOf, serviceNameOf, taskIdOf } from '../../shared/core/task/arn.ts';
import type { VirtualClock } from '../clock.ts';
import type { Ecs } from '../ecs.ts';
import { AwsError, clusterNotFound, invalid } from '../errors.ts';
import { createPager, type Page } from '../paging.ts';
import type { Random } from '../random.ts';
import { registeredDefinition } from '../registered-definition.ts';
import type { Action, EcsService, EcsTaskDefinition, InputOf } from '../shapes.ts';
import type {
  ClusterRecord,
  ContainerInstanceRecord,
  ServiceRecord,
  TaskDefinitionRecord,
  TaskRecord,
} from '../state.ts';
import { describedTask } from '../task-shape.ts';
import type { AnswersTo } from './answer.ts';

type EcsAction = Extract<Action, `ecs:${string}`>;

const MOST_TAGS = 50;

const serviceNotFound = (): AwsError =>
  new AwsError('ServiceNotFoundException', 'ServiceNotFoundException', 'Service not found.', { statusCode: 400 });

const pageSize = (asked: number | undefined, usual: number, action: Action): number => {
  const size = asked ?? usual;
  if (!Number.isInteger(size) || size < 1 || size > 100) {
    throw invalid(action, 'maxResults must be between 1 and 100');
  }
  return size;
};

const atMost = (items: readonly string[], most: number, what: string, action: Action): void => {
  if (items.length === 0) throw invalid(action, `${what} can not be empty.`);
  if (items.length > most) throw invalid(action, `${what} can have at most ${most} items.`);
};

/**
 * ECS's answers. Listings tell the tasks of `listLagMs` ago; everything else is current.
 * Not modelled: running and pending counts that lag, `include` other than TAGS, the cluster query language beyond
 * `ec2InstanceId`.
 */
export const ecsAnswers = ({
  clock,
  random,
  ecs,
}: {
  readonly clock: VirtualClock;
  readonly random: Random;
  readonly ecs: Ecs;
}): AnswersTo<EcsAction> => {
  const pages = createPager<string>(random);
  const paged = (
    action: EcsAction,
    all: () => readonly string[],
    size: number,
    token: string | undefined,
  ): Page<string> => {
    const page = pages(all, size, token);
    if (!page) throw invalid(action, 'Invalid token');
    return page;
  };
  const clusterOf = (cluster = 'default'): ClusterRecord => {
    const found = ecs.clusters.get(clusterNameOf(cluster));
    if (!found) throw clusterNotFound();
    return found;
  };
  const serviceIn = (cluster: ClusterRecord, service: string): ServiceRecord | undefined =>
    [...ecs.services.values()].find(
      ({ clusterArn, name }) => clusterArn === cluster.arn && name === serviceNameOf(service),
    );

  const describedInstance = ({ arn, instanceId, status }: ContainerInstanceRecord) => ({
    containerInstanceArn: arn,
    ec2InstanceId: instanceId,
    status,
    agentConnected: true,
    version: 1,
  });

  /** A service or a task, by its ARN. */
  const taggable = (arn: string) => {
    const task = ecs.tasks.get(arn);
    if (task) {
      return {
        tags: task.tags,
        tag: (tags: Readonly<Record<string, string>>) => ecs.tagTask(arn, tags),
        untag: (keys: readonly string[]) => {
          for (const key of keys) task.tags.delete(key);
        },
      };
    }
    const service = ecs.services.get(arn);
    if (!service) {
      const code = 'ResourceNotFoundException';
      throw new AwsError(code, code, 'The specified resource was not found.', { statusCode: 400 });
    }
    if (service.status === 'INACTIVE') {
      throw invalid('ecs:TagResource', 'The specified resource is inactive. Specify an active resource and try again.');
    }
    return {
      tags: service.tags,
      tag: (tags: Readonly<Record<string, string>>) => ecs.tagService(arn, tags),
      untag: (keys: readonly string[]) => ecs.untagService(arn, keys),
    };
  };

  const isOf = (task: TaskRecord, service: ServiceRecord): boolean =>
    task.group === `service:${service.name}` && task.startedBy?.startsWith('ecs-svc/') === true;

  const listed = (input: InputOf<'ecs:ListTasks'>): readonly string[] => {
    const cluster = clusterOf(input.cluster);
    const service = input.serviceName === undefined ? undefined : serviceIn(cluster, input.serviceName);
    if (input.serviceName !== undefined && !service) {
      throw serviceNotFound();
    }
    const filters = [input.serviceName, input.family, input.containerInstance, input.desiredStatus];
    if (input.startedBy !== undefined && filters.some((filter) => filter !== undefined)) {
      throw invalid('ecs:ListTasks', 'startedBy must be the only filter.');
    }
    const wanted = input.desiredStatus ?? 'RUNNING';
    const asOfMs = clock.nowMs() - ecs.times.listLagMs;
    const told = (task: TaskRecord): boolean => {
      if (task.clusterArn !== cluster.arn || task.createdAtMs > asOfMs) return false;
      if (service && !isOf(task, service)) return false;
      if (input.family !== undefined && task.definition.family !== input.family) return false;
      if (input.startedBy !== undefined && task.startedBy !== input.startedBy) return false;
      const instance = input.containerInstance;
      if (instance !== undefined && taskIdOf(task.containerInstanceArn ?? '') !== taskIdOf(instance)) return false;
      const stopping = task.stopRequestedAtMs !== undefined && task.stopRequestedAtMs <= asOfMs;
      // Asking for PENDING finds nothing: ECS never sets a desired status to it.
      return wanted === (stopping ? 'STOPPED' : 'RUNNING');
    };
    return [...ecs.tasks.values()].filter(told).map(({ arn }) => arn);
  };

  const describedService = (service: ServiceRecord, withTags: boolean): EcsService => {
    const live = ecs.tasksOf(service.arn);
    const count = (id: string | undefined, running: boolean): number =>
      live.filter(
        (task) =>
          (id === undefined || task.startedBy === id) &&
          task.desiredStatus === 'RUNNING' &&
          (task.lastStatus === 'RUNNING') === running,
      ).length;
    return {
      serviceArn: service.arn,
      serviceName: service.name,
      clusterArn: service.clusterArn,
      status: service.status,
      desiredCount: service.desiredCount,
      runningCount: count(undefined, true),
      pendingCount: count(undefined, false),
      taskDefinition: service.deployments[0]?.definition.arn ?? '',
      ...(service.launchType !== undefined && { launchType: service.launchType }),
      ...(service.capacityProvider !== undefined && {
        capacityProviderStrategy: [{ capacityProvider: service.capacityProvider, weight: 1, base: 0 }],
      }),
      schedulingStrategy: service.strategy,
      deploymentController: { type: service.controller },
      deploymentConfiguration: {
        strategy: service.deploymentStrategy,
        maximumPercent: service.maximumPercent,
        minimumHealthyPercent: 100,
        deploymentCircuitBreaker: {
          enable: service.circuitBreaker !== 'off',
          rollback: service.circuitBreaker === 'rollback',
        },
        ...(service.hooks.length > 0 && {
          lifecycleHooks: service.hooks.map(({ arn }) => ({ hookTargetArn: arn, lifecycleStages: ['POST_SCALE_UP'] })),
        }),
      },
      ...(service.assignPublicIp !== undefined && {
        networkConfiguration: { awsvpcConfiguration: { assignPublicIp: service.assignPublicIp } },
      }),
      resourceManagementType: service.managedByEcs ? 'ECS' : 'CUSTOMER',
      createdAt: service.createdAtMs / 1000,
      loadBalancers: service.loadBalancers,
      // CodeDeploy and external controllers work with task sets.
      deployments: (service.controller === 'ECS' ? service.deployments : []).map((deployment, index) => ({
        id: deployment.id,
        status: index === 0 ? 'PRIMARY' : 'ACTIVE',
        taskDefinition: deployment.definition.arn,
        desiredCount: index === 0 ? service.desiredCount : 0,
        runningCount: count(deployment.id, true),
        pendingCount: count(deployment.id, false),
        createdAt: deployment.createdAtMs / 1000,
        updatedAt: deployment.updatedAtMs / 1000,
        failedTasks: deployment.failedTasks,
        rolloutState: deployment.rolloutState,
        rolloutStateReason: deployment.rolloutReason,
      })),
      taskSets: service.taskSets.map((set) => ({
        id: set.id,
        taskSetArn: set.arn,
        status: 'ACTIVE',
        taskDefinition: set.definition.arn,
        loadBalancers: set.loadBalancers,
      })),
      currentServiceRevisions: service.deployments.map(({ revisionArn }) => ({ arn: revisionArn })),
      ...(withTags && { tags: [...service.tags].map(([key, value]) => ({ key, value })) }),
    };
  };

  const tagsOf = ({ tags }: TaskDefinitionRecord) => [...tags].map(([key, value]) => ({ key, value }));
  const describedDefinition = (definition: TaskDefinitionRecord): EcsTaskDefinition => ({
    ...definition.others,
    taskDefinitionArn: definition.arn,
    family: definition.family,
    revision: definition.revision,
    status: 'ACTIVE',
    networkMode: definition.networkMode,
    containerDefinitions: definition.containers,
    cpu: definition.cpu,
    memory: definition.memory,
    ...(definition.taskRoleArn !== undefined && { taskRoleArn: definition.taskRoleArn }),
    ...(definition.executionRoleArn !== undefined && { executionRoleArn: definition.executionRoleArn }),
    ...(definition.requiresCompatibilities !== undefined && {
      requiresCompatibilities: definition.requiresCompatibilities,
    }),
    compatibilities: definition.networkMode === 'awsvpc' ? ['EC2', 'FARGATE'] : ['EC2'],
    registeredAt: definition.registeredAtMs / 1000,
  });

  return {
    'ecs:ListClusters': ({ nextToken, maxResults }) => {
      const size = pageSize(maxResults, 100, 'ecs:ListClusters');
      const page = paged('ecs:ListClusters', () => [...ecs.clusters.values()].map(({ arn }) => arn), size, nextToken);
      return { clusterArns: page.items, ...(page.token !== undefined && { nextToken: page.token }) };
    },
    'ecs:ListTasks': (input) => {
      const size = pageSize(input.maxResults, 100, 'ecs:ListTasks');
      clusterOf(input.cluster);
      const page = paged('ecs:ListTasks', () => listed(input), size, input.nextToken);
      return { taskArns: page.items, ...(page.token !== undefined && { nextToken: page.token }) };
    },
    'ecs:DescribeTasks': ({ cluster, tasks, include }) => {
      const { arn: clusterArn, name } = clusterOf(cluster);
      atMost(tasks, 100, 'Tasks', 'ecs:DescribeTasks');
      const found: TaskRecord[] = [];
      const failures: { arn: string; reason: string }[] = [];
      const youngestMs = clock.nowMs() - ecs.times.newTaskMissingMs;
      for (const asked of tasks) {
        const arn = asked.startsWith('arn:') ? asked : `${clusterArn.replace(/cluster\/.*/, 'task/')}${name}/${asked}`;
        const task = ecs.tasks.get(arn);
        const failing = ecs.failing.get(arn);
        if (failing !== undefined) failures.push({ arn, reason: failing });
        else if (!task || task.clusterArn !== clusterArn || task.createdAtMs > youngestMs) {
          failures.push({ arn, reason: 'MISSING' });
        } else found.push(task);
      }
      const withTags = include?.includes('TAGS') ?? false;
      return { tasks: found.map((task) => describedTask(task, withTags)), failures };
    },
    'ecs:DescribeTaskDefinition': ({ taskDefinition, include }) => {
      const exact = ecs.definitions.get(taskDefinition);
      const named = [...ecs.definitions.values()].filter(
        ({ arn, family, gone }) =>
          arn.endsWith(`:task-definition/${taskDefinition}`) || (family === taskDefinition && !gone),
      );
      const definition = exact ?? named.at(-1);
      if (!definition || definition.gone) {
        throw new AwsError('ClientException', 'ClientException', 'Unable to describe task definition.', {
          statusCode: 400,
        });
      }
      return {
        taskDefinition: describedDefinition(definition),
        ...(include?.includes('TAGS') && { tags: tagsOf(definition) }),
      };
    },
    'ecs:RegisterTaskDefinition': (input) => {
      const definition = ecs.registerTaskDefinition(registeredDefinition(input));
      return { taskDefinition: describedDefinition(definition), tags: tagsOf(definition) };
    },
    'ecs:DescribeContainerInstances': ({ cluster, containerInstances }) => {
      const { arn: clusterArn } = clusterOf(cluster);
      atMost(containerInstances, 100, 'Container instances', 'ecs:DescribeContainerInstances');
      const all = [...ecs.containerInstances.values()].filter((instance) => instance.clusterArn === clusterArn);
      const answers = containerInstances.map((asked) => ({
        asked,
        instance: all.find(({ arn }) => taskIdOf(arn) === taskIdOf(asked)),
      }));
      return {
        containerInstances: answers.flatMap(({ instance }) => (instance ? describedInstance(instance) : [])),
        failures: answers.flatMap(({ asked, instance }) => (instance ? [] : { arn: asked, reason: 'MISSING' })),
      };
    },
    'ecs:UpdateContainerInstancesState': ({ cluster, containerInstances, status }) => {
      const action = 'ecs:UpdateContainerInstancesState';
      const { arn: clusterArn } = clusterOf(cluster);
      atMost(containerInstances, 10, 'Container instances', action);
      if (status !== 'DRAINING' && status !== 'ACTIVE') throw invalid(action, `Container instance status ${status}`);
      const answers = containerInstances.map((asked) => ({
        asked,
        instance: [...ecs.containerInstances.values()].find(
          (each) => each.clusterArn === clusterArn && taskIdOf(each.arn) === taskIdOf(asked),
        ),
      }));
      for (const { instance } of answers) if (instance) ecs.setInstance(instance.arn, status);
      return {
        containerInstances: answers.flatMap(({ instance }) => (instance ? describedInstance(instance) : [])),
        failures: answers.flatMap(({ asked, instance }) => (instance ? [] : { arn: asked, reason: 'MISSING' })),
      };
    },
    'ecs:ListContainerInstances': ({ cluster, filter, nextToken, maxResults }) => {
      const { arn: clusterArn } = clusterOf(cluster);
      const ids = filter === undefined ? undefined : new Set(filter.match(/i-[0-9a-f]+/g) ?? []);
      const all = () =>
        [...ecs.containerInstances.values()]
          .filter(
            (instance) => instance.clusterArn === clusterArn && (ids === undefined || ids.has(instance.instanceId)),
          )
          .map(({ arn }) => arn);
      const action = 'ecs:ListContainerInstances';
      const page = paged(action, all, pageSize(maxResults, 100, action), nextToken);
      return { containerInstanceArns: page.items, ...(page.token !== undefined && { nextToken: page.token }) };
    },
    'ecs:ListServices': ({ cluster, schedulingStrategy: strategy, nextToken, maxResults }) => {
      const { arn: clusterArn } = clusterOf(cluster);
      const all = () =>
        [...ecs.services.values()]
          .filter((service) => service.clusterArn === clusterArn && service.status !== 'INACTIVE')
          .filter((service) => strategy === undefined || service.strategy === strategy)
          .map(({ arn }) => arn);
      const page = paged('ecs:ListServices', all, pageSize(maxResults, 10, 'ecs:ListServices'), nextToken);
      return { serviceArns: page.items, ...(page.token !== undefined && { nextToken: page.token }) };
    },
    'ecs:DescribeServices': ({ cluster, services, include }) => {
      const known = clusterOf(cluster);
      atMost(services, 10, 'Services', 'ecs:DescribeServices');
      const answers = services.map((asked) => ({ asked, service: serviceIn(known, asked) }));
      const withTags = include?.includes('TAGS') ?? false;
      return {
        services: answers.flatMap(({ service }) => (service ? describedService(service, withTags) : [])),
        failures: answers.flatMap(({ asked, service }) =>
          service
            ? []
            : // AWS names it in the short format, without the cluster, whatever the account's format is.
              // https://github.com/aws-actions/amazon-ecs-deploy-task-definition/issues/312
              { arn: `${known.arn.replace(/cluster\/.*/, 'service/')}${serviceNameOf(asked)}`, reason: 'MISSING' },
        ),
      };
    },
    'ecs:DescribeServiceRevisions': ({ serviceRevisionArns }) => {
      atMost(serviceRevisionArns, 20, 'Service revisions', 'ecs:DescribeServiceRevisions');
      const all = [...ecs.services.values()].flatMap((service) =>
        service.deployments.map((deployment) => ({
          serviceRevisionArn: deployment.revisionArn,
          serviceArn: service.arn,
          clusterArn: service.clusterArn,
          taskDefinition: deployment.definition.arn,
          loadBalancers: deployment.loadBalancers,
        })),
      );
      return {
        serviceRevisions: all.filter(({ serviceRevisionArn }) => serviceRevisionArns.includes(serviceRevisionArn)),
        failures: serviceRevisionArns
          .filter((arn) => !all.some(({ serviceRevisionArn }) => serviceRevisionArn === arn))
          .map((arn) => ({ arn, reason: 'MISSING' })),
      };
    },
    'ecs:UpdateService': ({ cluster, service: asked, desiredCount, taskDefinition, forceNewDeployment = false }) => {
      const service = serviceIn(clusterOf(cluster), asked);
      if (!service) throw serviceNotFound();
      if (service.status !== 'ACTIVE') {
        const code = 'ServiceNotActiveException';
        throw new AwsError(code, code, 'Service was not ACTIVE.', { statusCode: 400 });
      }
      if (desiredCount !== undefined && (!Number.isInteger(desiredCount) || desiredCount < 0)) {
        throw invalid('ecs:UpdateService', 'desiredCount must be at least 0');
      }
      if (taskDefinition !== undefined && service.controller !== 'ECS') {
        throw invalid(
          'ecs:UpdateService',
          `Unable to update task definition on services with a ${service.controller} deployment controller.`,
        );
      }
      ecs.updateService(service.arn, {
        ...(desiredCount !== undefined && { desiredCount }),
        ...(taskDefinition !== undefined && { taskDefinition }),
        forceNewDeployment,
      });
      return { service: describedService(service, false) };
    },
    'ecs:TagResource': ({ resourceArn, tags }) => {
      const given = Object.fromEntries(tags.map(({ key = '', value = '' }) => [key, value]));
      const { tags: now, tag } = taggable(resourceArn);
      if (new Set([...now.keys(), ...Object.keys(given)]).size > MOST_TAGS) {
        throw invalid('ecs:TagResource', `A resource can have at most ${MOST_TAGS} tags.`);
      }
      tag(given);
      return {};
    },
    'ecs:UntagResource': ({ resourceArn, tagKeys }) => {
      taggable(resourceArn).untag(tagKeys);
      return {};
    },
    'ecs:StopTask': ({ cluster, task, reason }) => {
      const { arn: clusterArn } = clusterOf(cluster);
      const found = [...ecs.tasks.values()].find(
        (other) => other.clusterArn === clusterArn && other.id === taskIdOf(task),
      );
      if (!found) throw invalid('ecs:StopTask', 'The referenced task was not found.');
      ecs.stopTask(found.arn, reason ?? 'Task stopped by user');
      return { task: describedTask(found, false) };
    },
  };
};
