import type { ChangeLog } from '../ports/trail.ts';
import { type Clients, onceLoaded } from './clients.ts';
import { somePages } from './some-pages.ts';

/** CloudWatch Logs over the AWS API; its client is imported at the first call. */
export const createChangeLog = (clients: Clients): ChangeLog => {
  const logs = onceLoaded(async () => {
    const { config, readTries, watch } = clients.more;
    return (await import('./logs-client.ts')).createLogs(config(readTries), watch);
  });
  return {
    changes: async (logGroupName, of, { fromMs, toMs }, mostPages) => {
      const call = { action: 'logs:FilterLogEvents', resource: logGroupName };
      const [member, value] = 'resource' in of ? ['resource', of.resource] : ['task', of.task];
      const filterPattern = `{ ($.message = "change.applied") && ($.${member} = "${value}") }`;
      const client = await logs();
      return somePages(call.action, mostPages, fromMs, async (nextToken) => {
        const answer = await clients.read(call, (options) =>
          client.filterLogEvents(
            {
              logGroupName,
              filterPattern,
              startTime: fromMs,
              endTime: toMs,
              ...(nextToken !== undefined && { nextToken }),
            },
            options,
          ),
        );
        const items = (answer.events ?? []).map(({ timestamp = toMs, message = '' }) => ({
          atMs: timestamp,
          text: message,
        }));
        return { items, next: answer.nextToken };
      });
    },
  };
};
