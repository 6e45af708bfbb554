import type { EnvironmentDescription } from '@aws-sdk/client-elastic-beanstalk';
import { NotFoundError } from '../errors.ts';
import type { DescribedEnvironment, Environments } from '../ports/environments.ts';
import { type Clients, onceLoaded } from './clients.ts';
import { allPages } from './pages.ts';
import { wordsOf } from './sdk-errors.ts';

/** https://docs.aws.amazon.com/elasticbeanstalk/latest/api/API_DescribeEnvironments.html */
const ENVIRONMENTS_PER_PAGE = 1_000;
/** https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/command-options-general.html */
const XRAY_NAMESPACE = 'aws:elasticbeanstalk:xray';

/** `ECS running on 64bit Amazon Linux 2023/4.1.2` of a platform's ARN, for custom platforms without a stack's name. */
const platformOf = ({ SolutionStackName, PlatformArn }: EnvironmentDescription): string =>
  SolutionStackName || PlatformArn?.split(':platform/')[1] || 'unknown';

const environmentFrom = (told: EnvironmentDescription): readonly DescribedEnvironment[] => {
  const { EnvironmentName: name, ApplicationName: application, Status, PlatformArn } = told;
  if (!name || !application) return [];
  const about = {
    name,
    id: told.EnvironmentId || name,
    application,
    status: Status ?? 'unknown',
    platform: platformOf(told),
  };
  return [{ ...about, ...(PlatformArn !== undefined && { platformArn: PlatformArn }) }];
};

/** Elastic Beanstalk environments over the AWS API; the client is imported at the first call. */
export const createEnvironments = (clients: Clients): Environments => {
  const beanstalk = onceLoaded(async () => {
    const { config, readTries, watch } = clients.more;
    return (await import('./beanstalk-client.ts')).createBeanstalk(config(readTries), watch);
  });
  return {
    list: async () => {
      const client = await beanstalk();
      const call = { action: 'elasticbeanstalk:DescribeEnvironments', resource: 'the account' };
      const environments = await allPages(call.action, async (NextToken) => {
        const answer = await clients.read(call, (options) =>
          client.describeEnvironments(
            {
              IncludeDeleted: false,
              MaxRecords: ENVIRONMENTS_PER_PAGE,
              ...(NextToken !== undefined && { NextToken }),
            },
            options,
          ),
        );
        return { items: answer.Environments ?? [], next: answer.NextToken };
      });
      return environments.filter(({ Status }) => Status !== 'Terminated').flatMap(environmentFrom);
    },

    xrayEnabled: async ({ application, name }) => {
      const client = await beanstalk();
      const call = { action: 'elasticbeanstalk:DescribeConfigurationSettings', resource: name };
      try {
        const answer = await clients.read(call, (options) =>
          client.describeConfigurationSettings({ ApplicationName: application, EnvironmentName: name }, options),
        );
        const settings = (answer.ConfigurationSettings ?? []).flatMap(({ OptionSettings }) => OptionSettings ?? []);
        const set = settings.find(
          ({ Namespace, OptionName }) => Namespace === XRAY_NAMESPACE && OptionName === 'XRayEnabled',
        );
        return set?.Value === undefined ? undefined : set.Value === 'true';
      } catch (error) {
        // Beanstalk has no error of its own for an environment that is gone: InvalidParameterValue, "No Environment found".
        if (!/no environment found/i.test(wordsOf(error))) throw error;
        throw new NotFoundError(`Elastic Beanstalk environment ${name} is gone.`, { cause: error });
      }
    },
  };
};
