import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type FailedWork, parseFailedMessage } from '../../../shared/contracts/failed-message.ts';

const record = (differs: object) =>
  JSON.stringify({
    version: '1.0',
    requestContext: {
      condition: 'RetriesExhausted',
      functionArn: 'arn:aws:lambda:eu-central-1:111122223333:function:f',
    },
    requestPayload: { source: 'aws.events' },
    ...differs,
  });

interface Case {
  readonly name: string;
  readonly body?: string;
  readonly attributes?: Readonly<Record<string, string>>;
  readonly opens: Partial<FailedWork>;
}

describe('a message of a failure queue', () => {
  test.each<Case>([
    {
      name: 'that the function parked',
      attributes: { cause: 'denied', tries: '3' },
      opens: { event: '{"a":1}', from: 'function', cause: 'denied' },
    },
    { name: 'that SQS moved by itself has no cause', opens: { event: '{"a":1}', from: 'redrive' } },
    {
      name: 'that a rule could not deliver',
      attributes: { ERROR_CODE: 'NO_PERMISSIONS', ERROR_MESSAGE: 'not allowed', RULE_ARN: 'arn:aws:events:…' },
      opens: { event: '{"a":1}', from: 'rule', cause: 'NO_PERMISSIONS: not allowed' },
    },
    {
      name: 'of an invocation that failed',
      body: record({ responsePayload: { errorMessage: 'no sweep', errorType: 'UnfinishedError' } }),
      opens: { event: '{"source":"aws.events"}', from: 'invocation', cause: 'no sweep' },
    },
    {
      name: 'of an invocation that never came to run',
      body: record({ requestContext: { condition: 'EventAgeExceeded' } }),
      opens: { from: 'invocation', cause: 'the invocation waited too long for its turn' },
    },
    {
      name: 'of an invocation that failed for a reason nobody knows here',
      body: record({ requestContext: { condition: 'Stars' } }),
      opens: { from: 'invocation', cause: 'the invocation failed (Stars)' },
    },
    { name: 'that is no JSON is kept as it is', body: 'oh no', opens: { event: 'oh no', from: 'redrive' } },
  ])('$name', ({ body = '{"a":1}', attributes = {}, opens }) => {
    const work = parseFailedMessage(body, attributes);
    expect(work).toMatchObject(opens);
    if (opens.from === 'redrive') expect(work.cause).toBeUndefined();
  });

  test('nothing in it makes it fail', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), fc.dictionary(fc.string(), fc.string()), (body, attributes) => {
        expect(typeof parseFailedMessage(body, attributes).event).toBe('string');
      }),
    );
  });
});
