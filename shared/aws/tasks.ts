import {
  DescribeContainerInstancesCommand,
  DescribeTaskDefinitionCommand,
  DescribeTasksCommand,
  type Failure,
  ListClustersCommand,
  ListContainerInstancesCommand,
  ListTasksCommand,
} from '@aws-sdk/client-ecs';
import { taskIdOf } from '../core/task/arn.ts';
import type { Task } from '../core/task/task.ts';
import { printable } from '../core/text.ts';
import { IncompleteError, NotFoundError } from '../errors.ts';
import type { DescribedTasks, Tasks } from '../ports/tasks.ts';
import { batches, distinct } from './batches.ts';
import type { Clients } from './clients.ts';
import { allPages } from './pages.ts';
import { codeOf, wordsOf } from './sdk-errors.ts';
import { taskDefinitionFromSdk, taskFromSdk } from './task-from-sdk.ts';

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DescribeTasks.html */
const TASKS_PER_CALL = 100;
/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DescribeContainerInstances.html */
const INSTANCES_PER_CALL = 100;
/** ListTasks, ListContainerInstances and ListClusters give at most 100 per page. */
const PAGE = 100;

const reasonOf = ({ reason, detail }: Failure): string =>
  printable([reason ?? 'no reason given', detail].filter((part) => part !== undefined).join(': '));

/** ECS tasks over the AWS API. */
export const createTasks = (clients: Clients): Tasks => {
  const describeSome = async (cluster: string, asked: readonly string[]): Promise<DescribedTasks> => {
    const answer = await clients.read({ action: 'ecs:DescribeTasks', resource: cluster }, (options) =>
      clients.ecs().send(new DescribeTasksCommand({ cluster, tasks: [...asked], include: ['TAGS'] }), options),
    );
    // By the id at its end: a failure may spell the ARN in the other format than it was asked.
    const tasks = new Map<string, Task>();
    for (const told of answer.tasks ?? []) {
      const task = taskFromSdk(told);
      if (task) tasks.set(taskIdOf(task.taskArn), task);
    }
    const failures = new Map<string, Failure>();
    for (const failure of answer.failures ?? []) failures.set(taskIdOf(failure.arn ?? ''), failure);

    const missing: string[] = [];
    const failed: { readonly arn: string; readonly reason: string }[] = [];
    for (const arn of asked) {
      if (tasks.has(taskIdOf(arn))) continue;
      const failure = failures.get(taskIdOf(arn));
      if (failure?.reason === 'MISSING') missing.push(arn);
      else failed.push({ arn, reason: failure ? reasonOf(failure) : 'ECS answered neither the task nor a failure' });
    }
    return { tasks: [...tasks.values()], missing, failed };
  };

  const describeInstances = async (cluster: string, arns: readonly string[]): Promise<ReadonlyMap<string, string>> => {
    const ids = new Map<string, string>();
    await Promise.all(
      batches(distinct(arns), INSTANCES_PER_CALL).map(async (containerInstances) => {
        const answer = await clients.read({ action: 'ecs:DescribeContainerInstances', resource: cluster }, (options) =>
          clients
            .ecs()
            .send(
              new DescribeContainerInstancesCommand({ cluster, containerInstances: [...containerInstances] }),
              options,
            ),
        );
        for (const { containerInstanceArn, ec2InstanceId } of answer.containerInstances ?? []) {
          if (containerInstanceArn && ec2InstanceId) ids.set(containerInstanceArn, ec2InstanceId);
        }
        for (const failure of answer.failures ?? []) {
          if (failure.reason !== 'MISSING') {
            throw new IncompleteError(
              `ecs:DescribeContainerInstances failed for ${printable(failure.arn ?? cluster)}: ${reasonOf(failure)}; it is tried again.`,
            );
          }
        }
      }),
    );
    return ids;
  };

  return {
    describe: async (cluster, taskArns) => {
      const parts = await Promise.all(
        batches(distinct(taskArns), TASKS_PER_CALL).map((asked) => describeSome(cluster, asked)),
      );
      return {
        tasks: parts.flatMap((part) => part.tasks),
        missing: parts.flatMap((part) => part.missing),
        failed: parts.flatMap((part) => part.failed),
      };
    },

    list: async (cluster, filter) => {
      const { desiredStatus, service, family, containerInstanceArn, startedBy } = filter;
      const listing = { action: 'ecs:ListTasks', resource: service ? `${cluster}/${service}` : cluster };
      return allPages(`ecs:ListTasks for ${printable(listing.resource)}`, async (nextToken) => {
        const answer = await clients.read(listing, (options) =>
          clients.ecs().send(
            new ListTasksCommand({
              cluster,
              // Who started them must be the only filter, and RUNNING is what ECS lists unless told.
              ...(startedBy === undefined ? { desiredStatus } : { startedBy }),
              maxResults: PAGE,
              ...(service !== undefined && { serviceName: service }),
              ...(family !== undefined && { family }),
              ...(containerInstanceArn !== undefined && { containerInstance: containerInstanceArn }),
              ...(nextToken !== undefined && { nextToken }),
            }),
            options,
          ),
        );
        return { items: answer.taskArns ?? [], next: answer.nextToken };
      });
    },

    definition: async (taskDefinitionArn) => {
      const call = { action: 'ecs:DescribeTaskDefinition', resource: taskDefinitionArn };
      try {
        const answer = await clients.read(call, (options) =>
          clients.ecs().send(new DescribeTaskDefinitionCommand({ taskDefinition: taskDefinitionArn }), options),
        );
        const definition = answer.taskDefinition && taskDefinitionFromSdk(answer.taskDefinition);
        if (definition) return definition;
      } catch (error) {
        // ECS has no error of its own for a revision that it does not know: `ClientException`, "Unable to describe".
        if (codeOf(error) !== 'Client') throw error;
        throw new NotFoundError(`${printable(taskDefinitionArn)} is not described by ECS: ${wordsOf(error)}`, {
          cause: error,
        });
      }
      throw new NotFoundError(`${printable(taskDefinitionArn)} is not described by ECS: its answer was empty.`);
    },

    ec2InstanceIds: describeInstances,

    containerInstances: async (cluster, ec2InstanceIds) => {
      if (ec2InstanceIds.length === 0) return [];
      const listing = { action: 'ecs:ListContainerInstances', resource: cluster };
      const arns = await allPages(`ecs:ListContainerInstances for ${printable(cluster)}`, async (nextToken) => {
        const answer = await clients.read(listing, (options) =>
          clients.ecs().send(
            new ListContainerInstancesCommand({
              cluster,
              maxResults: PAGE,
              ...(nextToken !== undefined && { nextToken }),
            }),
            options,
          ),
        );
        return { items: answer.containerInstanceArns ?? [], next: answer.nextToken };
      });
      const wanted = new Set(ec2InstanceIds);
      const ids = await describeInstances(cluster, arns);
      return [...ids].filter(([, id]) => wanted.has(id)).map(([arn]) => arn);
    },

    clusters: () =>
      allPages('ecs:ListClusters', async (nextToken) => {
        const answer = await clients.read({ action: 'ecs:ListClusters', resource: 'the account' }, (options) =>
          clients
            .ecs()
            .send(
              new ListClustersCommand({ maxResults: PAGE, ...(nextToken !== undefined && { nextToken }) }),
              options,
            ),
        );
        return { items: answer.clusterArns ?? [], next: answer.nextToken };
      }),
  };
};
