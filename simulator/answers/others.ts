import type { Bus } from '../bus.ts';
import type { VirtualClock } from '../clock.ts';
import { AwsError } from '../errors.ts';
import type { Fillings } from '../fillings.ts';
import { createPager } from '../paging.ts';
import type { Queues, SendOptions, SimulatedQueue } from '../queues.ts';
import type { Random } from '../random.ts';
import type { Action, SqsRefusal, SqsSendEntry } from '../shapes.ts';
import type { AnswersTo } from './answer.ts';

type OtherAction = Exclude<
  Extract<Action, `autoscaling:${string}` | `codedeploy:${string}` | `events:${string}` | `sqs:${string}`>,
  | 'events:DescribeRule'
  | 'events:EnableRule'
  | 'events:DisableRule'
  | 'sqs:ListQueueTags'
  | 'sqs:TagQueue'
  | 'sqs:UntagQueue'
>;

const parsedObject = (text: string): object | undefined => {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
};

const tooLong = (service: string, what: string): AwsError =>
  new AwsError(`${service}BatchTooLong`, 'TooManyEntriesInBatchRequest', `At most 10 ${what} in one call`, {
    statusCode: 400,
  });

const tooManyNames = (): AwsError =>
  new AwsError('BatchLimitExceededException', 'BatchLimitExceededException', 'At most 100 in one call', {
    statusCode: 400,
  });

const refuseEntry = (entry: SqsSendEntry): { Code: string; Message: string } | undefined => {
  const delay = entry.DelaySeconds ?? 0;
  if (delay < 0 || delay > 900) return { Code: 'InvalidParameterValue', Message: 'DelaySeconds must be from 0 to 900' };
  return entry.MessageBody === '' ? { Code: 'MissingParameter', Message: 'The message body is empty' } : undefined;
};

const sendOptionsOf = (entry: SqsSendEntry): SendOptions => ({
  delayMs: (entry.DelaySeconds ?? 0) * 1000,
  ...(entry.MessageAttributes && { attributes: entry.MessageAttributes }),
  ...(entry.MessageGroupId !== undefined && { groupId: entry.MessageGroupId }),
  ...(entry.MessageDeduplicationId !== undefined && { deduplicationId: entry.MessageDeduplicationId }),
});

const refuseReceipt = (Id: string): SqsRefusal => ({
  Id,
  Code: 'ReceiptHandleIsInvalid',
  Message: 'The input receipt handle is invalid.',
  SenderFault: true,
});

/** What becomes of each entry that names a message by the receipt of its delivery. */
const byReceipt = <E extends { readonly Id: string; readonly ReceiptHandle: string }>(
  entries: readonly E[],
  queue: SimulatedQueue,
  carryOut: (id: string, entry: E) => void,
) => {
  if (entries.length > 10) throw tooLong('Sqs', 'messages');
  const known = new Set(queue.messages.map(({ id }) => id));
  const idOf = ({ ReceiptHandle }: E): string => ReceiptHandle.slice(0, ReceiptHandle.lastIndexOf('/'));
  const [right, wrong] = [
    entries.filter((entry) => known.has(idOf(entry))),
    entries.filter((entry) => !known.has(idOf(entry))),
  ];
  for (const entry of right) carryOut(idOf(entry), entry);
  return { Successful: right.map(({ Id }) => ({ Id })), Failed: wrong.map(({ Id }) => refuseReceipt(Id)) };
};

/**
 * The answers of Auto Scaling, CodeDeploy, EventBridge and SQS.
 * Not modelled: entries that are refused for their size or by throttling (a fault can do it for a whole call), receipts
 * of an earlier delivery (they are taken), long polling.
 */
export const otherAnswers = ({
  clock,
  random,
  fillings,
  bus,
  queues,
}: {
  readonly clock: VirtualClock;
  readonly random: Random;
  readonly fillings: Fillings;
  readonly bus: Bus;
  readonly queues: Queues;
}): AnswersTo<OtherAction> => {
  const groupPages = createPager<readonly [string, readonly string[]]>(random);
  const namePages = createPager<string>(random);
  const expired = () =>
    new AwsError('InvalidNextTokenException', 'InvalidNextTokenException', 'The token is invalid', { statusCode: 400 });
  return {
    'autoscaling:DescribeAutoScalingGroups': ({ NextToken, MaxRecords = 50 }) => {
      const page = groupPages(() => [...fillings.autoScaling], MaxRecords, NextToken);
      if (!page) throw expired();
      return {
        AutoScalingGroups: page.items.map(([AutoScalingGroupName, TargetGroupARNs]) => ({
          AutoScalingGroupName,
          TargetGroupARNs,
        })),
        ...(page.token !== undefined && { NextToken: page.token }),
      };
    },
    'codedeploy:ListApplications': ({ nextToken }) => {
      const page = namePages(
        () => [...new Set(fillings.codeDeploy.map(({ application }) => application))],
        100,
        nextToken,
      );
      if (!page) throw expired();
      return { applications: page.items, ...(page.token !== undefined && { nextToken: page.token }) };
    },
    'codedeploy:BatchGetApplications': ({ applicationNames }) => {
      if (applicationNames.length > 100) throw tooManyNames();
      const known = new Set(fillings.codeDeploy.map(({ application }) => application));
      const unknown = applicationNames.find((name) => !known.has(name));
      if (unknown !== undefined) {
        const code = 'ApplicationDoesNotExistException';
        throw new AwsError(code, code, `No application found for name: ${unknown}`, { statusCode: 400 });
      }
      return {
        applicationsInfo: applicationNames.map((applicationName) => ({ applicationName, computePlatform: 'ECS' })),
      };
    },
    'codedeploy:ListDeploymentGroups': ({ applicationName, nextToken }) => {
      const own = () =>
        fillings.codeDeploy
          .filter(({ application }) => application === applicationName)
          .map(({ deploymentGroup }) => deploymentGroup);
      const page = namePages(own, 100, nextToken);
      if (!page) throw expired();
      return {
        applicationName,
        deploymentGroups: page.items,
        ...(page.token !== undefined && { nextToken: page.token }),
      };
    },
    'codedeploy:BatchGetDeploymentGroups': ({ applicationName, deploymentGroupNames }) => {
      if (deploymentGroupNames.length > 100) throw tooManyNames();
      return {
        deploymentGroupsInfo: fillings.codeDeploy
          .filter(
            ({ application, deploymentGroup }) =>
              application === applicationName && deploymentGroupNames.includes(deploymentGroup),
          )
          .map(({ application, deploymentGroup, targetGroupNames }) => ({
            applicationName: application,
            deploymentGroupName: deploymentGroup,
            computePlatform: 'ECS',
            loadBalancerInfo: {
              targetGroupPairInfoList: [{ targetGroups: targetGroupNames.map((name) => ({ name })) }],
            },
          })),
      };
    },
    'events:PutEvents': ({ Entries }) => {
      if (Entries.length > 10) throw tooLong('Events', 'entries');
      const answers = Entries.map((entry) => {
        const detail = parsedObject(entry.Detail);
        if (!detail) return { ErrorCode: 'MalformedDetail', ErrorMessage: 'Detail is malformed.' };
        const { id } = bus.send({
          source: entry.Source,
          detailType: entry.DetailType,
          resources: entry.Resources ?? [],
          detail,
        });
        return { EventId: id };
      });
      return { FailedEntryCount: answers.filter((answer) => 'ErrorCode' in answer).length, Entries: answers };
    },
    'sqs:SendMessageBatch': ({ QueueUrl, Entries }) => {
      const queue = queues.byUrl(QueueUrl);
      if (Entries.length > 10) throw tooLong('Sqs', 'messages');
      const answers = Entries.map((entry) => {
        const refusal = refuseEntry(entry);
        if (refusal) return { entry, refusal };
        try {
          return { entry, sent: queue.send(entry.MessageBody, sendOptionsOf(entry)) };
        } catch (error) {
          // What a FIFO queue does not take is told with its entry; the others of the call are sent.
          if (!(error instanceof AwsError)) throw error;
          return { entry, refusal: { Code: error.code, Message: error.message } };
        }
      });
      return {
        Successful: answers.flatMap(({ entry, sent }) => (sent ? { Id: entry.Id, MessageId: sent.id } : [])),
        Failed: answers.flatMap(({ entry, refusal }) =>
          refusal ? { Id: entry.Id, ...refusal, SenderFault: true } : [],
        ),
      };
    },
    'sqs:GetQueueUrl': ({ QueueName }) => ({ QueueUrl: queues.byName(QueueName).url }),
    'sqs:GetQueueAttributes': ({ QueueUrl }) => {
      const nowMs = clock.nowMs();
      const visible = queues.byUrl(QueueUrl).messages.filter(({ visibleAtMs }) => visibleAtMs <= nowMs);
      return { Attributes: { ApproximateNumberOfMessages: String(visible.length) } };
    },
    'sqs:ReceiveMessage': ({ QueueUrl, MaxNumberOfMessages = 1, VisibilityTimeout }) => {
      const queue = queues.byUrl(QueueUrl);
      const received = queue.receive(Math.min(10, MaxNumberOfMessages));
      if (VisibilityTimeout !== undefined) {
        for (const { id } of received) queue.changeVisibility(id, VisibilityTimeout * 1000);
      }
      return {
        Messages: received.map(({ id, body, attributes, receiveCount }) => ({
          MessageId: id,
          ReceiptHandle: `${id}/${receiveCount}`,
          Body: body,
          MessageAttributes: attributes,
        })),
      };
    },
    'sqs:DeleteMessageBatch': ({ QueueUrl, Entries }) => {
      const queue = queues.byUrl(QueueUrl);
      return byReceipt(Entries, queue, (id) => queue.delete(id));
    },
    'sqs:ChangeMessageVisibilityBatch': ({ QueueUrl, Entries }) => {
      const queue = queues.byUrl(QueueUrl);
      return byReceipt(Entries, queue, (id, { VisibilityTimeout }) =>
        queue.changeVisibility(id, VisibilityTimeout * 1000),
      );
    },
  };
};
