import {
  AutoScalingClient,
  type AutoScalingClientConfig,
  DescribeAutoScalingGroupsCommand,
  type DescribeAutoScalingGroupsCommandInput,
  type DescribeAutoScalingGroupsCommandOutput,
  type ServiceInputTypes,
  type ServiceOutputTypes,
} from '@aws-sdk/client-auto-scaling';
import type { SendOptions } from './send-options.ts';
import type { CallContext, Try, Watch } from './watch.ts';

/** The EC2 Auto Scaling call that is used; a file of its own, read when first needed. */
export interface AutoScaling {
  describeAutoScalingGroups(
    input: DescribeAutoScalingGroupsCommandInput,
    options: SendOptions,
  ): Promise<DescribeAutoScalingGroupsCommandOutput>;
}

/** Makes the EC2 Auto Scaling client; every try passes through `watch`. */
export const createAutoScaling = (config: AutoScalingClientConfig, watch: Watch): AutoScaling => {
  const client = new AutoScalingClient(config);
  client.middlewareStack.addRelativeTo(
    (next: Try<ServiceInputTypes, ServiceOutputTypes>, context: CallContext) =>
      watch.around('autoscaling', next, context),
    watch.place,
  );
  return {
    describeAutoScalingGroups: (input, options) => client.send(new DescribeAutoScalingGroupsCommand(input), options),
  };
};
