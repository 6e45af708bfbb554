import { AwsError } from '../errors.ts';
import { createPager } from '../paging.ts';
import type { Random } from '../random.ts';
import type { Action } from '../shapes.ts';
import type { EnvironmentRecord, RoleRecord, Surroundings } from '../surroundings.ts';
import type { AnswersTo } from './answer.ts';

type SurroundingAction = Extract<
  Action,
  `elasticbeanstalk:${string}` | `iam:${string}` | `cloudwatch:${string}` | `s3:${string}`
>;

const refused = (code: string, message: string, statusCode = 400): AwsError =>
  new AwsError(code, code, message, { statusCode });

/** IAM percent-encodes what it answers. */
const encoded = (document: object): string => encodeURIComponent(JSON.stringify(document));

const optionsOf = ({ options }: EnvironmentRecord) =>
  [...options].map(([name, Value]) => {
    const slash = name.lastIndexOf('/');
    return { Namespace: name.slice(0, slash), OptionName: name.slice(slash + 1), Value };
  });

/**
 * The answers of Elastic Beanstalk, IAM, CloudWatch and S3, as far as an audit asks.
 * Not modelled: metrics other than UnHealthyHostCount (it is told whatever the query names beside its dimensions), pages
 * of policies, buckets that nobody made by hand, encryption and versions of objects.
 */
export const surroundingAnswers = ({
  random,
  surroundings,
}: {
  readonly random: Random;
  readonly surroundings: Surroundings;
}): AnswersTo<SurroundingAction> => {
  const { environments, roles, policies, unhealthy, buckets } = surroundings;
  const environmentPages = createPager<readonly [string, EnvironmentRecord]>(random);

  const roleOf = (name: string): RoleRecord => {
    const role = roles.get(name);
    if (!role) throw refused('NoSuchEntity', `The role with name ${name} cannot be found.`, 404);
    return role;
  };
  const policyOf = (arn: string): object => {
    const document = policies.get(arn);
    if (!document) throw refused('NoSuchEntity', `Policy ${arn} was not found.`, 404);
    return document;
  };
  const bucketOf = (name: string) => {
    const bucket = buckets.get(name);
    if (!bucket) throw refused('NoSuchBucket', 'The specified bucket does not exist', 404);
    return bucket;
  };

  return {
    'elasticbeanstalk:DescribeEnvironments': ({ MaxRecords = 1_000, NextToken }) => {
      const page = environmentPages(() => [...environments], MaxRecords, NextToken);
      if (!page) throw refused('InvalidParameterValue', 'Invalid NextToken');
      return {
        Environments: page.items.map(([EnvironmentName, { id, application, status, solutionStack, platformArn }]) => ({
          EnvironmentName,
          EnvironmentId: id,
          ApplicationName: application,
          Status: status,
          ...(solutionStack !== undefined && { SolutionStackName: solutionStack }),
          ...(platformArn !== undefined && { PlatformArn: platformArn }),
        })),
        ...(page.token !== undefined && { NextToken: page.token }),
      };
    },
    'elasticbeanstalk:DescribeConfigurationSettings': ({ ApplicationName, EnvironmentName }) => {
      const environment = environments.get(EnvironmentName);
      if (environment?.application !== ApplicationName) {
        throw refused('InvalidParameterValue', `No Environment found for EnvironmentName = '${EnvironmentName}'.`);
      }
      return { ConfigurationSettings: [{ OptionSettings: optionsOf(environment) }] };
    },
    'iam:ListAttachedRolePolicies': ({ RoleName }) => ({
      AttachedPolicies: roleOf(RoleName).attached.map((PolicyArn) => ({ PolicyArn })),
      IsTruncated: false,
    }),
    'iam:ListRolePolicies': ({ RoleName }) => ({
      PolicyNames: [...roleOf(RoleName).inline.keys()],
      IsTruncated: false,
    }),
    'iam:GetRolePolicy': ({ RoleName, PolicyName }) => {
      const document = roleOf(RoleName).inline.get(PolicyName);
      if (!document) throw refused('NoSuchEntity', `The role policy with name ${PolicyName} cannot be found.`, 404);
      return { RoleName, PolicyName, PolicyDocument: encoded(document) };
    },
    'iam:GetPolicy': ({ PolicyArn }) => {
      policyOf(PolicyArn);
      return { Policy: { Arn: PolicyArn, DefaultVersionId: 'v1' } };
    },
    'iam:GetPolicyVersion': ({ PolicyArn, VersionId }) => ({
      PolicyVersion: { VersionId, Document: encoded(policyOf(PolicyArn)) },
    }),
    'cloudwatch:GetMetricData': ({ MetricDataQueries, StartTime, EndTime }) => {
      if (MetricDataQueries.length > 500) throw refused('ValidationError', 'At most 500 metrics in one call');
      return {
        MetricDataResults: MetricDataQueries.map(({ Id, Dimensions }) => {
          const group = Dimensions.find(({ Name }) => Name === 'TargetGroup')?.Value ?? '';
          const points = (unhealthy.get(group) ?? []).filter(
            ({ atMs }) => atMs >= StartTime * 1000 && atMs < EndTime * 1000,
          );
          return {
            Id,
            StatusCode: 'Complete',
            Timestamps: points.map(({ atMs }) => atMs / 1000),
            Values: points.map(({ value }) => value),
          };
        }),
      };
    },
    's3:GetObject': ({ Bucket, Key }) => {
      const object = bucketOf(Bucket).get(Key);
      if (!object) throw refused('NoSuchKey', 'The specified key does not exist.', 404);
      return { Body: object.text, ContentType: object.contentType };
    },
    's3:PutObject': ({ Bucket, Key, Body, ContentType }) => {
      bucketOf(Bucket).set(Key, { text: Body, contentType: ContentType ?? 'application/octet-stream' });
      return {};
    },
  };
};
