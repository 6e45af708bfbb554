import { IncompleteError } from '../errors.ts';
import type { Callers } from '../ports/callers.ts';
import { type Clients, onceLoaded } from './clients.ts';

/** Who calls, over the AWS API; the client is imported at the first call. */
export const createCallers = (clients: Clients): Callers => {
  let date: string | undefined;
  const sts = onceLoaded(async () => {
    const { config, readTries, watch } = clients.more;
    return (await import('./sts-client.ts')).createSts(config(readTries), watch, (told) => {
      date = told;
    });
  });
  return {
    current: async () => {
      const client = await sts();
      const call = { action: 'sts:GetCallerIdentity', resource: 'the caller' };
      const { Arn: arn, Account: account } = await clients.read(call, (options) => client.getCallerIdentity(options));
      if (arn === undefined || account === undefined) throw new IncompleteError('AWS did not say who calls.');
      const serverTimeMs = Date.parse(date ?? '');
      return {
        arn,
        account,
        region: await client.region(),
        ...(!Number.isNaN(serverTimeMs) && { serverTimeMs }),
      };
    },
  };
};
