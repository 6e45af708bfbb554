import { DeniedError, IncompleteError } from '../errors.ts';
import type { Callers } from '../ports/callers.ts';
import { type Clients, onceLoaded } from './clients.ts';
import { codeOf } from './sdk-errors.ts';

/** A person must sign in again; elsewhere, in a function, it passes with the next try. */
const EXPIRED = new Set(['ExpiredToken', 'RequestExpired']);

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
      const region = await client.region().catch((cause: unknown): never => {
        throw new DeniedError('No AWS Region is set. Set AWS_REGION.', { cause });
      });
      const asked = clients.read(call, (options) => client.getCallerIdentity(options));
      const { Arn: arn, Account: account } = await asked.catch((cause: unknown): never => {
        if (!EXPIRED.has(codeOf(cause))) throw cause;
        throw new DeniedError('The credentials of the caller have expired. Sign in again.', { cause });
      });
      if (arn === undefined || account === undefined) throw new IncompleteError('AWS did not say who calls.');
      const serverTimeMs = Date.parse(date ?? '');
      return {
        arn,
        account,
        region,
        ...(!Number.isNaN(serverTimeMs) && { serverTimeMs }),
      };
    },
  };
};
