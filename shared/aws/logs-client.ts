import {
  CloudWatchLogsClient,
  type CloudWatchLogsClientConfig,
  FilterLogEventsCommand,
  type FilterLogEventsCommandInput,
  type FilterLogEventsCommandOutput,
  type ServiceInputTypes,
  type ServiceOutputTypes,
} from '@aws-sdk/client-cloudwatch-logs';
import type { SendOptions } from './send-options.ts';
import type { CallContext, Try, Watch } from './watch.ts';

/** The CloudWatch Logs call that is used; a file of its own, read when first needed. */
interface Logs {
  filterLogEvents(input: FilterLogEventsCommandInput, options: SendOptions): Promise<FilterLogEventsCommandOutput>;
}

/** Makes the CloudWatch Logs client; every try passes through `watch`. */
export const createLogs = (config: CloudWatchLogsClientConfig, watch: Watch): Logs => {
  const client = new CloudWatchLogsClient(config);
  client.middlewareStack.addRelativeTo(
    (next: Try<ServiceInputTypes, ServiceOutputTypes>, context: CallContext) => watch.around('logs', next, context),
    watch.place,
  );
  return { filterLogEvents: (input, options) => client.send(new FilterLogEventsCommand(input), options) };
};
