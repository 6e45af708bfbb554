import {
  CloudWatchClient,
  type CloudWatchClientConfig,
  GetMetricDataCommand,
  type GetMetricDataCommandInput,
  type GetMetricDataCommandOutput,
  type ServiceInputTypes,
  type ServiceOutputTypes,
} from '@aws-sdk/client-cloudwatch';
import type { SendOptions } from './send-options.ts';
import type { CallContext, Try, Watch } from './watch.ts';

/** The CloudWatch call that is used; a file of its own, read when first needed. */
export interface CloudWatch {
  getMetricData(input: GetMetricDataCommandInput, options: SendOptions): Promise<GetMetricDataCommandOutput>;
}

/** Makes the CloudWatch client; every try passes through `watch`. */
export const createCloudWatch = (config: CloudWatchClientConfig, watch: Watch): CloudWatch => {
  const client = new CloudWatchClient(config);
  client.middlewareStack.addRelativeTo(
    (next: Try<ServiceInputTypes, ServiceOutputTypes>, context: CallContext) =>
      watch.around('cloudwatch', next, context),
    watch.place,
  );
  return {
    getMetricData: (input, options) => client.send(new GetMetricDataCommand(input), options),
  };
};
