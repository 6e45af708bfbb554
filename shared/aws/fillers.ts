import type { DeploymentGroupInfo } from '@aws-sdk/client-codedeploy';
import { printable } from '../core/text.ts';
import { IncompleteError } from '../errors.ts';
import type { Fillers } from '../ports/services.ts';
import { batches } from './batches.ts';
import type { Clients } from './clients.ts';
import { allPages } from './pages.ts';

/** https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_DescribeAutoScalingGroups.html */
const GROUPS_PER_PAGE = 100;
/** Of BatchGetApplications and BatchGetDeploymentGroups. https://docs.aws.amazon.com/codedeploy/latest/APIReference/API_BatchGetDeploymentGroups.html */
const NAMES_PER_CALL = 100;

const groupNamesOf = ({ loadBalancerInfo }: DeploymentGroupInfo): readonly string[] =>
  [
    ...(loadBalancerInfo?.targetGroupInfoList ?? []),
    ...(loadBalancerInfo?.targetGroupPairInfoList ?? []).flatMap(({ targetGroups }) => targetGroups ?? []),
  ].flatMap(({ name }) => (name ? [name] : []));

/** Who else fills target groups, over the AWS API; both clients are imported at their first call. */
export const createFillers = (clients: Clients): Fillers => {
  const listApplications = async (): Promise<readonly string[]> => {
    const codeDeploy = await clients.codeDeploy();
    const call = { action: 'codedeploy:ListApplications', resource: 'the account' };
    return allPages(call.action, async (nextToken) => {
      const answer = await clients.read(call, (options) =>
        codeDeploy.listApplications({ ...(nextToken !== undefined && { nextToken }) }, options),
      );
      return { items: answer.applications ?? [], next: answer.nextToken };
    });
  };

  const ecsApplicationsOf = async (names: readonly string[]): Promise<readonly string[]> => {
    const codeDeploy = await clients.codeDeploy();
    const call = { action: 'codedeploy:BatchGetApplications', resource: names[0] ?? 'no application' };
    const answer = await clients.read(call, (options) =>
      codeDeploy.batchGetApplications({ applicationNames: [...names] }, options),
    );
    return (answer.applicationsInfo ?? []).flatMap(({ applicationName, computePlatform }) =>
      applicationName && computePlatform === 'ECS' ? [applicationName] : [],
    );
  };

  const deploymentGroupsOf = async (applicationName: string): Promise<readonly DeploymentGroupInfo[]> => {
    const codeDeploy = await clients.codeDeploy();
    const listing = { action: 'codedeploy:ListDeploymentGroups', resource: applicationName };
    const names = await allPages(`${listing.action} for ${printable(applicationName)}`, async (nextToken) => {
      const answer = await clients.read(listing, (options) =>
        codeDeploy.listDeploymentGroups({ applicationName, ...(nextToken !== undefined && { nextToken }) }, options),
      );
      return { items: answer.deploymentGroups ?? [], next: answer.nextToken };
    });
    const parts = await Promise.all(
      batches(names, NAMES_PER_CALL).map(async (deploymentGroupNames) => {
        const call = { action: 'codedeploy:BatchGetDeploymentGroups', resource: applicationName };
        const answer = await clients.read(call, (options) =>
          codeDeploy.batchGetDeploymentGroups(
            { applicationName, deploymentGroupNames: [...deploymentGroupNames] },
            options,
          ),
        );
        if (answer.errorMessage) {
          throw new IncompleteError(
            `${call.action} for ${printable(applicationName)}: ${printable(answer.errorMessage)}; it is tried again.`,
          );
        }
        return answer.deploymentGroupsInfo ?? [];
      }),
    );
    return parts.flat();
  };

  return {
    autoScaling: async () => {
      const autoScaling = await clients.autoScaling();
      const call = { action: 'autoscaling:DescribeAutoScalingGroups', resource: 'the account' };
      const groups = await allPages(call.action, async (token) => {
        const answer = await clients.read(call, (options) =>
          autoScaling.describeAutoScalingGroups(
            { MaxRecords: GROUPS_PER_PAGE, ...(token !== undefined && { NextToken: token }) },
            options,
          ),
        );
        return { items: answer.AutoScalingGroups ?? [], next: answer.NextToken };
      });
      const fillers = new Map<string, string>();
      for (const { AutoScalingGroupName: name, TargetGroupARNs, TrafficSources } of groups) {
        if (!name) continue;
        for (const arn of TargetGroupARNs ?? []) fillers.set(arn, name);
        // The newer way to attach; a target group that was attached this way need not stand in the older list.
        for (const { Identifier } of TrafficSources ?? []) if (Identifier) fillers.set(Identifier, name);
      }
      return fillers;
    },

    codeDeploy: async () => {
      const names = await listApplications();
      const applications = await Promise.all(batches(names, NAMES_PER_CALL).map(ecsApplicationsOf));
      const fillers = new Map<string, string>();
      for (const application of applications.flat()) {
        for (const group of await deploymentGroupsOf(application)) {
          const filler = `${application}/${group.deploymentGroupName ?? 'a deployment group'}`;
          for (const name of groupNamesOf(group)) fillers.set(name, filler);
        }
      }
      return fillers;
    },
  };
};
