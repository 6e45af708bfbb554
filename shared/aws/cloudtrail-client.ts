import {
  CloudTrailClient,
  type CloudTrailClientConfig,
  LookupEventsCommand,
  type LookupEventsCommandInput,
  type LookupEventsCommandOutput,
  type ServiceInputTypes,
  type ServiceOutputTypes,
} from '@aws-sdk/client-cloudtrail';
import type { SendOptions } from './send-options.ts';
import type { CallContext, Try, Watch } from './watch.ts';

/** The CloudTrail call that is used; a file of its own, read when first needed. */
interface CloudTrail {
  lookupEvents(input: LookupEventsCommandInput, options: SendOptions): Promise<LookupEventsCommandOutput>;
}

/** Makes the CloudTrail client; every try passes through `watch`. */
export const createCloudTrail = (config: CloudTrailClientConfig, watch: Watch): CloudTrail => {
  const client = new CloudTrailClient(config);
  client.middlewareStack.addRelativeTo(
    (next: Try<ServiceInputTypes, ServiceOutputTypes>, context: CallContext) =>
      watch.around('cloudtrail', next, context),
    watch.place,
  );
  return { lookupEvents: (input, options) => client.send(new LookupEventsCommand(input), options) };
};
