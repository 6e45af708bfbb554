import {
  DescribeNetworkInterfacesCommand,
  type DescribeNetworkInterfacesCommandInput,
  type DescribeNetworkInterfacesCommandOutput,
  DescribeSubnetsCommand,
  type DescribeSubnetsCommandInput,
  type DescribeSubnetsCommandOutput,
  DescribeTagsCommand,
  type DescribeTagsCommandInput,
  type DescribeTagsCommandOutput,
  EC2Client,
  type EC2ClientConfig,
  type ServiceInputTypes,
  type ServiceOutputTypes,
} from '@aws-sdk/client-ec2';
import type { SendOptions } from './send-options.ts';
import type { CallContext, Try, Watch } from './watch.ts';

/** The EC2 calls that are used: a file of its own, so that a bundle holds these three and is read when first needed. */
export interface Ec2 {
  describeNetworkInterfaces(
    input: DescribeNetworkInterfacesCommandInput,
    options: SendOptions,
  ): Promise<DescribeNetworkInterfacesCommandOutput>;
  describeSubnets(input: DescribeSubnetsCommandInput, options: SendOptions): Promise<DescribeSubnetsCommandOutput>;
  describeTags(input: DescribeTagsCommandInput, options: SendOptions): Promise<DescribeTagsCommandOutput>;
}

/** Makes the EC2 client; every try passes through `watch`. */
export const createEc2 = (config: EC2ClientConfig, watch: Watch): Ec2 => {
  const client = new EC2Client(config);
  client.middlewareStack.addRelativeTo(
    (next: Try<ServiceInputTypes, ServiceOutputTypes>, context: CallContext) => watch.around('ec2', next, context),
    watch.place,
  );
  return {
    describeNetworkInterfaces: (input, options) => client.send(new DescribeNetworkInterfacesCommand(input), options),
    describeSubnets: (input, options) => client.send(new DescribeSubnetsCommand(input), options),
    describeTags: (input, options) => client.send(new DescribeTagsCommand(input), options),
  };
};
