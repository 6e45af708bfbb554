import type { Queues } from '../queues.ts';
import type { Action } from '../shapes.ts';
import type { MappingRecord, Switches } from '../switches.ts';
import type { AnswersTo } from './answer.ts';

type SwitchAction = Extract<
  Action,
  | 'events:DescribeRule'
  | 'events:EnableRule'
  | 'events:DisableRule'
  | 'sqs:ListQueueTags'
  | 'sqs:TagQueue'
  | 'sqs:UntagQueue'
  | `lambda:${string}`
>;

const described = ({ id, functionName, queueArn, state }: MappingRecord) => ({
  UUID: id,
  FunctionArn: `arn:aws:lambda:${queueArn.split(':').slice(3, 5).join(':')}:function:${functionName}`,
  EventSourceArn: queueArn,
  State: state,
});

/** The answers of what switches a stack off and on, and of its mark. Not modelled: pages of mappings. */
export const switchAnswers = ({
  queues,
  switches,
}: {
  readonly queues: Queues;
  readonly switches: Switches;
}): AnswersTo<SwitchAction> => {
  const turn = (name: string, enabled: boolean) => {
    switches.rule(name).enabled = enabled;
    return {};
  };
  return {
    'events:DescribeRule': ({ Name }) => {
      const { arn, enabled } = switches.rule(Name);
      return { Name, Arn: arn, State: enabled ? 'ENABLED' : 'DISABLED' };
    },
    'events:EnableRule': ({ Name }) => turn(Name, true),
    'events:DisableRule': ({ Name }) => turn(Name, false),
    'lambda:ListEventSourceMappings': ({ FunctionName }) => ({
      EventSourceMappings: [...switches.mappings.values()]
        .filter(({ functionName }) => functionName === FunctionName)
        .map(described),
    }),
    'lambda:UpdateEventSourceMapping': ({ UUID, Enabled }) => described(switches.setMapping(UUID, Enabled)),
    'sqs:ListQueueTags': ({ QueueUrl }) => ({ Tags: Object.fromEntries(queues.byUrl(QueueUrl).tags) }),
    'sqs:TagQueue': ({ QueueUrl, Tags }) => {
      const { tags } = queues.byUrl(QueueUrl);
      for (const [key, value] of Object.entries(Tags)) tags.set(key, value);
      return {};
    },
    'sqs:UntagQueue': ({ QueueUrl, TagKeys }) => {
      const { tags } = queues.byUrl(QueueUrl);
      for (const key of TagKeys) tags.delete(key);
      return {};
    },
  };
};
