import { type Input, objects, optionalNumber, optionalText, text, texts } from '../input.ts';
import { type Handlers, handlersOf } from './handler.ts';

const targets = (input: Input) =>
  objects(input, 'Targets').map((target) => ({
    Id: text(target, 'Id'),
    Port: optionalNumber(target, 'Port'),
    AvailabilityZone: optionalText(target, 'AvailabilityZone'),
  }));

const group = (input: Input) => ({ TargetGroupArn: text(input, 'TargetGroupArn') });

/**
 * Elastic Load Balancing v2 over awsQuery. Not modelled: load balancers, listeners, and members of a request that
 * Taskwire never sends (they are ignored).
 */
export const elasticLoadBalancing: Handlers = handlersOf({
  DescribeTargetGroups: (input, { call }) =>
    call('elasticloadbalancing:DescribeTargetGroups', {
      TargetGroupArns: input.TargetGroupArns === undefined ? undefined : texts(input, 'TargetGroupArns'),
      Names: input.Names === undefined ? undefined : texts(input, 'Names'),
      Marker: optionalText(input, 'Marker'),
      PageSize: optionalNumber(input, 'PageSize'),
    }),
  DescribeTargetHealth: (input, { call }) =>
    call('elasticloadbalancing:DescribeTargetHealth', {
      ...group(input),
      Targets: input.Targets === undefined ? undefined : targets(input),
    }),
  DescribeTargetGroupAttributes: (input, { call }) =>
    call('elasticloadbalancing:DescribeTargetGroupAttributes', group(input)),
  DescribeTags: (input, { call }) =>
    call('elasticloadbalancing:DescribeTags', { ResourceArns: texts(input, 'ResourceArns') }),
  RegisterTargets: (input, { call }) =>
    call('elasticloadbalancing:RegisterTargets', { ...group(input), Targets: targets(input) }),
  DeregisterTargets: (input, { call }) =>
    call('elasticloadbalancing:DeregisterTargets', { ...group(input), Targets: targets(input) }),
  AddTags: (input, { call }) =>
    call('elasticloadbalancing:AddTags', {
      ResourceArns: texts(input, 'ResourceArns'),
      Tags: objects(input, 'Tags').map((tag) => ({ Key: text(tag, 'Key'), Value: optionalText(tag, 'Value') ?? '' })),
    }),
  RemoveTags: (input, { call }) =>
    call('elasticloadbalancing:RemoveTags', {
      ResourceArns: texts(input, 'ResourceArns'),
      TagKeys: texts(input, 'TagKeys'),
    }),
});
