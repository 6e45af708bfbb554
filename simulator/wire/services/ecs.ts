import { type Input, objects, optionalBoolean, optionalNumber, optionalText, text, texts } from '../input.ts';
import { type Handlers, handlersOf } from './handler.ts';

const page = (input: Input) => ({
  nextToken: optionalText(input, 'nextToken'),
  maxResults: optionalNumber(input, 'maxResults'),
});

const cluster = (input: Input) => ({ cluster: optionalText(input, 'cluster') });

/** Amazon ECS over AWS JSON 1.1. Not modelled: members of a request that Taskwire never sends (they are ignored). */
export const ecs: Handlers = handlersOf({
  ListClusters: (input, { call }) => call('ecs:ListClusters', page(input)),
  ListTasks: (input, { call }) =>
    call('ecs:ListTasks', {
      ...cluster(input),
      ...page(input),
      serviceName: optionalText(input, 'serviceName'),
      family: optionalText(input, 'family'),
      containerInstance: optionalText(input, 'containerInstance'),
      desiredStatus: optionalText(input, 'desiredStatus'),
      startedBy: optionalText(input, 'startedBy'),
    }),
  DescribeTasks: (input, { call }) =>
    call('ecs:DescribeTasks', { ...cluster(input), tasks: texts(input, 'tasks'), include: texts(input, 'include') }),
  DescribeTaskDefinition: (input, { call }) =>
    call('ecs:DescribeTaskDefinition', {
      taskDefinition: text(input, 'taskDefinition'),
      include: texts(input, 'include'),
    }),
  RegisterTaskDefinition: (input, { call }) => call('ecs:RegisterTaskDefinition', input),
  DescribeContainerInstances: (input, { call }) =>
    call('ecs:DescribeContainerInstances', {
      ...cluster(input),
      containerInstances: texts(input, 'containerInstances'),
    }),
  ListContainerInstances: (input, { call }) =>
    call('ecs:ListContainerInstances', { ...cluster(input), ...page(input), filter: optionalText(input, 'filter') }),
  ListServices: (input, { call }) =>
    call('ecs:ListServices', {
      ...cluster(input),
      ...page(input),
      schedulingStrategy: optionalText(input, 'schedulingStrategy'),
    }),
  DescribeServices: (input, { call }) =>
    call('ecs:DescribeServices', {
      ...cluster(input),
      services: texts(input, 'services'),
      include: texts(input, 'include'),
    }),
  DescribeServiceRevisions: (input, { call }) =>
    call('ecs:DescribeServiceRevisions', { serviceRevisionArns: texts(input, 'serviceRevisionArns') }),
  UpdateService: (input, { call }) =>
    call('ecs:UpdateService', {
      ...cluster(input),
      service: text(input, 'service'),
      desiredCount: optionalNumber(input, 'desiredCount'),
      taskDefinition: optionalText(input, 'taskDefinition'),
      forceNewDeployment: optionalBoolean(input, 'forceNewDeployment'),
    }),
  TagResource: (input, { call }) =>
    call('ecs:TagResource', {
      resourceArn: text(input, 'resourceArn'),
      tags: objects(input, 'tags').map((tag) => ({ key: text(tag, 'key'), value: optionalText(tag, 'value') })),
    }),
  UntagResource: (input, { call }) =>
    call('ecs:UntagResource', { resourceArn: text(input, 'resourceArn'), tagKeys: texts(input, 'tagKeys') }),
  UpdateContainerInstancesState: (input, { call }) =>
    call('ecs:UpdateContainerInstancesState', {
      ...cluster(input),
      containerInstances: texts(input, 'containerInstances'),
      status: text(input, 'status'),
    }),
  StopTask: (input, { call }) =>
    call('ecs:StopTask', { ...cluster(input), task: text(input, 'task'), reason: optionalText(input, 'reason') }),
});
