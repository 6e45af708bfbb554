import type { Finding } from '../outcome.ts';
import type { Binding } from './binding.ts';
import { noSuchWorkload } from './findings.ts';

/** The finding for a service that a group's tags name and ECS does not know. */
export const missingService = (binding: Binding, cluster: string, service: string): Finding => ({
  ...noSuchWorkload(
    `${binding.group.name} names the service ${cluster}/${service}, which does not exist.`,
    'Correct the name in the tag, or create the service. Until then nothing is registered for it, and nothing is removed without proof.',
  ),
  resource: binding.group.arn,
});

/** The finding for an Elastic Beanstalk environment of which no instance is in a cluster. */
export const missingEnvironment = (binding: Binding, environment: string): Finding => ({
  ...noSuchWorkload(
    `${binding.group.name} names the Elastic Beanstalk environment ${environment}, which has no instance in an ECS cluster.`,
    'Correct the name in the tag; an environment that exists must be of the ECS platform and have an instance. Until then nothing is registered for it, and nothing is removed without proof.',
  ),
  resource: binding.group.arn,
});

/** The finding for a family whose cluster ECS does not know. */
export const missingCluster = (binding: Binding, cluster: string, family: string): Finding => ({
  ...noSuchWorkload(
    `${binding.group.name} names the family ${cluster}/${family} in a cluster which does not exist.`,
    'Correct the name in the tag, or create the cluster. Until then nothing is registered for it, and nothing is removed without proof.',
  ),
  resource: binding.group.arn,
});
