import { createHash } from 'node:crypto';
import type { SqsMessageAttribute } from '../../shapes.ts';
import { type Input, objectOf, objects, optionalNumber, optionalText, text, texts } from '../input.ts';
import { type Handlers, handlersOf } from './handler.ts';

const attributes = (entry: Input): Readonly<Record<string, SqsMessageAttribute>> => {
  const given = objectOf(entry.MessageAttributes ?? {}, 'MessageAttributes');
  return Object.fromEntries(
    Object.entries(given).map(([name, value]) => {
      const attribute = objectOf(value, `the message attribute ${name}`);
      return [name, { DataType: text(attribute, 'DataType'), StringValue: optionalText(attribute, 'StringValue') }];
    }),
  );
};

const message = (entry: Input) => ({
  Id: text(entry, 'Id'),
  MessageBody: text(entry, 'MessageBody'),
  DelaySeconds: optionalNumber(entry, 'DelaySeconds'),
  MessageGroupId: optionalText(entry, 'MessageGroupId'),
  MessageDeduplicationId: optionalText(entry, 'MessageDeduplicationId'),
  MessageAttributes: attributes(entry),
});

/**
 * The SDK sends to the host that the queue's URL names, so a client on loopback is given `http://127.0.0.1:<port>/…`
 * (`queueUrl` of the server); the world knows its queues by AWS's own URLs. The path is the same in both.
 */
const worldUrlOf = (url: string, region: string): string => {
  const path = URL.canParse(url) ? new URL(url).pathname : url;
  return `https://sqs.${region}.amazonaws.com${path}`;
};

// The SDK compares this digest with what it sent and calls the message damaged where they differ.
const md5 = (body: string): string => createHash('md5').update(body, 'utf8').digest('hex');

const receipt = (entry: Input) => ({ Id: text(entry, 'Id'), ReceiptHandle: text(entry, 'ReceiptHandle') });

/**
 * Amazon SQS over AWS JSON 1.0. Not modelled: attributes that are not asked for (all are told), their digests, binary
 * ones.
 */
export const sqs: Handlers = handlersOf({
  SendMessageBatch: async (input, { call, region }) => {
    const entries = objects(input, 'Entries').map(message);
    const output = await call('sqs:SendMessageBatch', {
      QueueUrl: worldUrlOf(text(input, 'QueueUrl'), region),
      Entries: entries,
    });
    const bodies = new Map(entries.map((entry) => [entry.Id, entry.MessageBody]));
    return {
      ...output,
      Successful: output.Successful.map((sent) => ({ ...sent, MD5OfMessageBody: md5(bodies.get(sent.Id) ?? '') })),
    };
  },
  GetQueueUrl: async (input, { call, queueUrl }) => {
    const { QueueUrl } = await call('sqs:GetQueueUrl', { QueueName: text(input, 'QueueName') });
    return { QueueUrl: queueUrl(QueueUrl) };
  },
  GetQueueAttributes: (input, { call, region }) =>
    call('sqs:GetQueueAttributes', { QueueUrl: worldUrlOf(text(input, 'QueueUrl'), region) }),
  ListQueueTags: (input, { call, region }) =>
    call('sqs:ListQueueTags', { QueueUrl: worldUrlOf(text(input, 'QueueUrl'), region) }),
  TagQueue: (input, { call, region }) => {
    const tags = objectOf(input.Tags, 'Tags');
    return call('sqs:TagQueue', {
      QueueUrl: worldUrlOf(text(input, 'QueueUrl'), region),
      Tags: Object.fromEntries(Object.keys(tags).map((key) => [key, text(tags, key)])),
    });
  },
  UntagQueue: (input, { call, region }) =>
    call('sqs:UntagQueue', {
      QueueUrl: worldUrlOf(text(input, 'QueueUrl'), region),
      TagKeys: texts(input, 'TagKeys'),
    }),
  ReceiveMessage: async (input, { call, region }) => {
    const { Messages } = await call('sqs:ReceiveMessage', {
      QueueUrl: worldUrlOf(text(input, 'QueueUrl'), region),
      MaxNumberOfMessages: optionalNumber(input, 'MaxNumberOfMessages'),
      VisibilityTimeout: optionalNumber(input, 'VisibilityTimeout'),
    });
    return { Messages: Messages.map((each) => ({ ...each, MD5OfBody: md5(each.Body) })) };
  },
  DeleteMessageBatch: (input, { call, region }) =>
    call('sqs:DeleteMessageBatch', {
      QueueUrl: worldUrlOf(text(input, 'QueueUrl'), region),
      Entries: objects(input, 'Entries').map(receipt),
    }),
  ChangeMessageVisibilityBatch: (input, { call, region }) =>
    call('sqs:ChangeMessageVisibilityBatch', {
      QueueUrl: worldUrlOf(text(input, 'QueueUrl'), region),
      Entries: objects(input, 'Entries').map((entry) => ({
        ...receipt(entry),
        VisibilityTimeout: optionalNumber(entry, 'VisibilityTimeout') ?? 30,
      })),
    }),
});
