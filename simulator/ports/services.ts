import type { Fillers, Services } from '../../shared/ports/services.ts';
import type { EcsLoadBalancer } from '../shapes.ts';
import { describeServices, tagsOf } from './describe-services.ts';
import { allPages, batches, distinct, type Send } from './send.ts';

const SERVICES_PER_PAGE = 100;
const REVISIONS_PER_CALL = 20;
const NAMES_PER_CALL = 100;

/** The target groups that these fill, alternate ones too. */
export const groupsOf = (loadBalancers: readonly EcsLoadBalancer[]): readonly string[] =>
  loadBalancers.flatMap(({ targetGroupArn, advancedConfiguration }) =>
    [targetGroupArn, advancedConfiguration?.alternateTargetGroupArn].filter((arn) => arn !== undefined),
  );

/** Services over the world. */
export const createServices = ({ read }: Send): Services => ({
  describe: async (cluster, services) => {
    const told = await describeServices(read, cluster, services);
    return told.map((service) => ({
      serviceArn: service.serviceArn,
      clusterArn: service.clusterArn,
      name: service.serviceName,
      status: service.status,
      targetGroupArns: distinct([
        ...groupsOf(service.loadBalancers),
        ...service.taskSets.flatMap((set) => groupsOf(set.loadBalancers)),
      ]),
      revisionArns: service.currentServiceRevisions.map(({ arn }) => arn),
      tags: tagsOf(service),
    }));
  },
  list: async (cluster) => {
    const pages = await allPages(
      (nextToken) => read('ecs:ListServices', { cluster, nextToken, maxResults: SERVICES_PER_PAGE }),
      ({ nextToken }) => nextToken,
    );
    return pages.flatMap(({ serviceArns }) => serviceArns);
  },
  targetGroupsOfRevisions: async (revisionArns) => {
    const answers = await Promise.all(
      batches(distinct(revisionArns), REVISIONS_PER_CALL).map((serviceRevisionArns) =>
        read('ecs:DescribeServiceRevisions', { serviceRevisionArns }),
      ),
    );
    return distinct(
      answers.flatMap(({ serviceRevisions }) =>
        serviceRevisions.flatMap(({ loadBalancers }) => groupsOf(loadBalancers)),
      ),
    );
  },
});

/** Who else fills target groups, over the world. */
export const createFillers = ({ read }: Send): Fillers => ({
  autoScaling: async () => {
    const pages = await allPages(
      (NextToken) => read('autoscaling:DescribeAutoScalingGroups', { NextToken, MaxRecords: 100 }),
      ({ NextToken }) => NextToken,
    );
    return new Map(
      pages
        .flatMap(({ AutoScalingGroups }) => AutoScalingGroups)
        .flatMap(({ AutoScalingGroupName, TargetGroupARNs }) =>
          TargetGroupARNs.map((arn): [string, string] => [arn, AutoScalingGroupName]),
        ),
    );
  },
  codeDeploy: async () => {
    const applications = await allPages(
      (nextToken) => read('codedeploy:ListApplications', { nextToken }),
      ({ nextToken }) => nextToken,
    );
    const found = new Map<string, string>();
    const described = await Promise.all(
      batches(
        applications.flatMap((page) => page.applications),
        NAMES_PER_CALL,
      ).map((applicationNames) => read('codedeploy:BatchGetApplications', { applicationNames })),
    );
    for (const { applicationName, computePlatform: platform } of described.flatMap(
      (answer) => answer.applicationsInfo,
    )) {
      if (platform !== 'ECS') continue;
      const pages = await allPages(
        (nextToken) => read('codedeploy:ListDeploymentGroups', { applicationName, nextToken }),
        ({ nextToken }) => nextToken,
      );
      const names = pages.flatMap(({ deploymentGroups }) => deploymentGroups);
      for (const deploymentGroupNames of batches(names, NAMES_PER_CALL)) {
        const { deploymentGroupsInfo } = await read('codedeploy:BatchGetDeploymentGroups', {
          applicationName,
          deploymentGroupNames,
        });
        for (const { computePlatform, deploymentGroupName, loadBalancerInfo } of deploymentGroupsInfo) {
          if (computePlatform !== 'ECS') continue;
          for (const { name } of loadBalancerInfo.targetGroupPairInfoList.flatMap(({ targetGroups }) => targetGroups)) {
            found.set(name, `${applicationName}/${deploymentGroupName}`);
          }
        }
      }
    }
    return found;
  },
});
