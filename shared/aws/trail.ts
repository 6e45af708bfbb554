import type { Clock } from '../ports/clock.ts';
import type { Trail } from '../ports/trail.ts';
import { type Clients, onceLoaded } from './clients.ts';
import { somePages } from './some-pages.ts';

/** https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_LookupEvents.html */
const EVENTS_PER_PAGE = 50;
/** Two a second for the account and Region, for all who ask. */
const PAGE_EVERY_MS = 500;

/** CloudTrail over the AWS API; its client is imported at the first call. */
export const createTrail = (clients: Clients, clock: Clock): Trail => {
  const cloudTrail = onceLoaded(async () => {
    const { config, readTries, watch } = clients.more;
    return (await import('./cloudtrail-client.ts')).createCloudTrail(config(readTries), watch);
  });
  let asked = false;
  return {
    events: async (name, { fromMs, toMs }, mostPages) => {
      const call = { action: 'cloudtrail:LookupEvents', resource: `${name} events` };
      const client = await cloudTrail();
      return somePages(call.action, mostPages, toMs, async (NextToken) => {
        if (asked) await clock.sleep(PAGE_EVERY_MS);
        asked = true;
        const answer = await clients.read(call, (options) =>
          client.lookupEvents(
            {
              // One attribute to a look-up: whether the resources of a record name the group is nowhere promised.
              LookupAttributes: [{ AttributeKey: 'EventName', AttributeValue: name }],
              StartTime: new Date(fromMs),
              EndTime: new Date(toMs),
              MaxResults: EVENTS_PER_PAGE,
              ...(NextToken !== undefined && { NextToken }),
            },
            options,
          ),
        );
        const items = (answer.Events ?? []).map(({ EventTime, CloudTrailEvent }) => ({
          atMs: EventTime?.getTime() ?? toMs,
          text: CloudTrailEvent ?? '',
        }));
        return { items, next: answer.NextToken };
      });
    },
  };
};
