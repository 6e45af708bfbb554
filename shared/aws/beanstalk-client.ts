import {
  DescribeConfigurationSettingsCommand,
  type DescribeConfigurationSettingsCommandInput,
  type DescribeConfigurationSettingsCommandOutput,
  DescribeEnvironmentsCommand,
  type DescribeEnvironmentsCommandInput,
  type DescribeEnvironmentsCommandOutput,
  ElasticBeanstalkClient,
  type ElasticBeanstalkClientConfig,
  type ServiceInputTypes,
  type ServiceOutputTypes,
} from '@aws-sdk/client-elastic-beanstalk';
import type { SendOptions } from './send-options.ts';
import type { CallContext, Try, Watch } from './watch.ts';

/** The Elastic Beanstalk calls that are used; a file of its own, read when first needed. */
export interface Beanstalk {
  describeEnvironments(
    input: DescribeEnvironmentsCommandInput,
    options: SendOptions,
  ): Promise<DescribeEnvironmentsCommandOutput>;
  describeConfigurationSettings(
    input: DescribeConfigurationSettingsCommandInput,
    options: SendOptions,
  ): Promise<DescribeConfigurationSettingsCommandOutput>;
}

/** Makes the Elastic Beanstalk client; every try passes through `watch`. */
export const createBeanstalk = (config: ElasticBeanstalkClientConfig, watch: Watch): Beanstalk => {
  const client = new ElasticBeanstalkClient(config);
  client.middlewareStack.addRelativeTo(
    (next: Try<ServiceInputTypes, ServiceOutputTypes>, context: CallContext) =>
      watch.around('elasticbeanstalk', next, context),
    watch.place,
  );
  return {
    describeEnvironments: (input, options) => client.send(new DescribeEnvironmentsCommand(input), options),
    describeConfigurationSettings: (input, options) =>
      client.send(new DescribeConfigurationSettingsCommand(input), options),
  };
};
