import {
  GetCallerIdentityCommand,
  type GetCallerIdentityCommandOutput,
  type ServiceInputTypes,
  type ServiceOutputTypes,
  STSClient,
  type STSClientConfig,
} from '@aws-sdk/client-sts';
import type { SendOptions } from './send-options.ts';
import type { CallContext, Try, Watch } from './watch.ts';

/** The STS call that is used; a file of its own, read when first needed. */
export interface Sts {
  getCallerIdentity(options: SendOptions): Promise<GetCallerIdentityCommandOutput>;
  region(): Promise<string>;
}

/** The header `Date` of an answer; the SDK hands the answer on as what its HTTP library made of it. */
const dateOf = (response: unknown): string | undefined => {
  if (typeof response !== 'object' || response === null || !('headers' in response)) return undefined;
  const { headers } = response;
  if (typeof headers !== 'object' || headers === null || !('date' in headers)) return undefined;
  return typeof headers.date === 'string' ? headers.date : undefined;
};

/**
 * Makes the STS client; every try passes through `watch`.
 * @param tellDate Hears the date of each answer, also of one that refuses: a clock that is off is why it does.
 */
export const createSts = (config: STSClientConfig, watch: Watch, tellDate: (date: string) => void): Sts => {
  const client = new STSClient(config);
  client.middlewareStack.addRelativeTo(
    (next: Try<ServiceInputTypes, ServiceOutputTypes>, context: CallContext) => watch.around('sts', next, context),
    watch.place,
  );
  client.middlewareStack.add(
    (next) => async (args) => {
      const answer = await next(args);
      const date = dateOf(answer.response);
      if (date !== undefined) tellDate(date);
      return answer;
    },
    // Before the answer is read, so that an error has been answered, too.
    { step: 'deserialize', priority: 'low', name: 'taskwireDate' },
  );
  return {
    getCallerIdentity: (options) => client.send(new GetCallerIdentityCommand({}), options),
    region: async () => {
      const { region } = client.config;
      return typeof region === 'string' ? region : await region();
    },
  };
};
