import { objectOf, objects, optionalDecimal, optionalNumber, optionalText, text } from '../input.ts';
import { type Handlers, handlersOf } from './handler.ts';

/** AWS Elastic Beanstalk over awsQuery. Not modelled: filters, environments that are deleted. */
export const elasticBeanstalk: Handlers = handlersOf({
  DescribeEnvironments: (input, { call }) =>
    call('elasticbeanstalk:DescribeEnvironments', {
      MaxRecords: optionalNumber(input, 'MaxRecords'),
      NextToken: optionalText(input, 'NextToken'),
    }),
  DescribeConfigurationSettings: (input, { call }) =>
    call('elasticbeanstalk:DescribeConfigurationSettings', {
      ApplicationName: text(input, 'ApplicationName'),
      EnvironmentName: text(input, 'EnvironmentName'),
    }),
});

/** AWS IAM over awsQuery. Not modelled: pages of policies. */
export const iam: Handlers = handlersOf({
  ListAttachedRolePolicies: (input, { call }) =>
    call('iam:ListAttachedRolePolicies', { RoleName: text(input, 'RoleName') }),
  ListRolePolicies: (input, { call }) => call('iam:ListRolePolicies', { RoleName: text(input, 'RoleName') }),
  GetRolePolicy: (input, { call }) =>
    call('iam:GetRolePolicy', { RoleName: text(input, 'RoleName'), PolicyName: text(input, 'PolicyName') }),
  GetPolicy: (input, { call }) => call('iam:GetPolicy', { PolicyArn: text(input, 'PolicyArn') }),
  GetPolicyVersion: (input, { call }) =>
    call('iam:GetPolicyVersion', { PolicyArn: text(input, 'PolicyArn'), VersionId: text(input, 'VersionId') }),
});

/** Amazon CloudWatch over AWS JSON 1.0. Not modelled: expressions, and periods other than the one that is told. */
export const cloudWatch: Handlers = handlersOf({
  GetMetricData: (input, { call }) =>
    call('cloudwatch:GetMetricData', {
      MetricDataQueries: objects(input, 'MetricDataQueries').map((query) => {
        const metric = objectOf(objectOf(query.MetricStat, 'MetricStat').Metric, 'Metric');
        return {
          Id: text(query, 'Id'),
          Dimensions: objects(metric, 'Dimensions').map((each) => ({
            Name: text(each, 'Name'),
            Value: text(each, 'Value'),
          })),
        };
      }),
      StartTime: optionalDecimal(input, 'StartTime') ?? 0,
      EndTime: optionalDecimal(input, 'EndTime') ?? 0,
      NextToken: optionalText(input, 'NextToken'),
    }),
});
