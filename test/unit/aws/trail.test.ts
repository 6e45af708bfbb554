import { CloudTrailClient, LookupEventsCommand } from '@aws-sdk/client-cloudtrail';
import { CloudWatchLogsClient, FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { mockClient } from 'aws-sdk-client-mock';
import { createCallBudgets } from '../../../shared/aws/call-budget.ts';
import { createChangeLog } from '../../../shared/aws/change-log.ts';
import { createClients } from '../../../shared/aws/clients.ts';
import { createTrail } from '../../../shared/aws/trail.ts';
import { IncompleteError } from '../../../shared/errors.ts';
import { createFakeClock } from './fake-clock.ts';

const [cloudTrail, logs] = [mockClient(CloudTrailClient), mockClient(CloudWatchLogsClient)];
const PERIOD = { fromMs: 1_000_000, toMs: 2_000_000 };

const subject = () => {
  const clock = createFakeClock();
  const slept: number[] = [];
  const quick = { ...clock, sleep: async (ms: number) => void slept.push(ms) };
  const connection = { region: 'eu-central-1', credentials: { accessKeyId: 'a', secretAccessKey: 'b' } };
  const clients = createClients({ budgets: createCallBudgets({ clock }), connection });
  return { trail: createTrail(clients, quick), changeLog: createChangeLog(clients), slept };
};

beforeEach(() => {
  cloudTrail.reset();
  logs.reset();
});

describe('CloudTrail', () => {
  test('is asked for one event name and the period, 50 at a time, twice a second', async () => {
    cloudTrail
      .on(LookupEventsCommand)
      .resolvesOnce({ Events: [{ EventTime: new Date(5_000), CloudTrailEvent: '{}' }], NextToken: 'n' })
      .resolves({ Events: [{}] });
    const { trail, slept } = subject();
    expect(await trail.events('RegisterTargets', PERIOD, 5)).toEqual({
      // An event without its text is for the reader to tell of, not to be lost.
      items: [
        { atMs: 5_000, text: '{}' },
        { atMs: PERIOD.toMs, text: '' },
      ],
    });
    await trail.events('DeregisterTargets', PERIOD, 5);
    const asked = {
      LookupAttributes: [{ AttributeKey: 'EventName', AttributeValue: 'RegisterTargets' }],
      StartTime: new Date(PERIOD.fromMs),
      EndTime: new Date(PERIOD.toMs),
      MaxResults: 50,
    };
    expect(cloudTrail.commandCalls(LookupEventsCommand).map(({ args: [{ input }] }) => input)).toEqual([
      asked,
      { ...asked, NextToken: 'n' },
      { ...asked, LookupAttributes: [{ AttributeKey: 'EventName', AttributeValue: 'DeregisterTargets' }] },
    ]);
    expect(slept).toEqual([500, 500]);
  });

  test('that hands out the same token again is told, instead of asked for ever', async () => {
    cloudTrail.on(LookupEventsCommand).resolves({ Events: [], NextToken: 'n' });
    await expect(subject().trail.events('RegisterTargets', PERIOD, 5)).rejects.toBeInstanceOf(IncompleteError);
  });

  test('whose pages were empty was read from the newest end', async () => {
    cloudTrail.on(LookupEventsCommand).resolves({ NextToken: 'n' });
    const read = await subject().trail.events('RegisterTargets', PERIOD, 1);
    expect(read).toEqual({ items: [], cutOffAtMs: PERIOD.toMs });
  });
});

describe('CloudWatch Logs', () => {
  test('is asked for changes that were made, of one group or task; empty pages do not end it', async () => {
    logs
      .on(FilterLogEventsCommand)
      .resolvesOnce({ nextToken: 'n' })
      .resolves({ events: [{ timestamp: 7, message: 'line' }] });
    const { changeLog } = subject();
    expect(await changeLog.changes('g', { resource: 'arn:tg' }, PERIOD, 5)).toEqual({
      items: [{ atMs: 7, text: 'line' }],
    });
    await changeLog.changes('g', { task: 'arn:t' }, PERIOD, 5);
    const asked = { logGroupName: 'g', startTime: PERIOD.fromMs, endTime: PERIOD.toMs };
    const filterPattern = '{ ($.message = "change.applied") && ($.resource = "arn:tg") }';
    expect(logs.commandCalls(FilterLogEventsCommand).map(({ args: [{ input }] }) => input)).toEqual([
      { ...asked, filterPattern },
      { ...asked, filterPattern, nextToken: 'n' },
      { ...asked, filterPattern: '{ ($.message = "change.applied") && ($.task = "arn:t") }' },
    ]);
  });
});
