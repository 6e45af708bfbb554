import type { Clock } from '../../shared/ports/clock.ts';
import type { ChangeLog, Read, Trail } from '../../shared/ports/trail.ts';
import type { Send } from './send.ts';

const PAGE_EVERY_MS = 500;

type Item = Read['items'][number];

const somePages = async (
  mostPages: number,
  startMs: number,
  fetch: (token: string | undefined) => Promise<{ readonly items: readonly Item[]; readonly next: string | undefined }>,
): Promise<Read> => {
  const items: Item[] = [];
  let token: string | undefined;
  for (let page = 0; page < mostPages; page++) {
    const { items: some, next } = await fetch(token);
    items.push(...some);
    token = next;
    if (!token) return { items };
  }
  return { items, cutOffAtMs: items.at(-1)?.atMs ?? startMs };
};

/** CloudTrail over the world. */
export const createTrailPort = ({ read }: Send, clock: Clock): Trail => {
  let asked = false;
  return {
    events: (AttributeValue, { fromMs, toMs }, mostPages) =>
      somePages(mostPages, toMs, async (NextToken) => {
        if (asked) await clock.sleep(PAGE_EVERY_MS);
        asked = true;
        const answer = await read('cloudtrail:LookupEvents', {
          LookupAttributes: [{ AttributeKey: 'EventName', AttributeValue }],
          StartTime: fromMs / 1000,
          EndTime: toMs / 1000,
          MaxResults: 50,
          NextToken,
        });
        const items = answer.Events.map(({ EventTime, CloudTrailEvent }) => ({
          atMs: EventTime * 1000,
          text: CloudTrailEvent,
        }));
        return { items, next: answer.NextToken };
      }),
  };
};

/** CloudWatch Logs over the world. */
export const createChangeLog = ({ read }: Send): ChangeLog => ({
  changes: (logGroupName, of, { fromMs, toMs }, mostPages) => {
    const [member, value] = 'resource' in of ? ['resource', of.resource] : ['task', of.task];
    return somePages(mostPages, fromMs, async (nextToken) => {
      const answer = await read('logs:FilterLogEvents', {
        logGroupName,
        filterPattern: `{ ($.message = "change.applied") && ($.${member} = "${value}") }`,
        startTime: fromMs,
        endTime: toMs,
        nextToken,
      });
      return {
        items: answer.events.map(({ timestamp, message }) => ({ atMs: timestamp, text: message })),
        next: answer.nextToken,
      };
    });
  },
});
