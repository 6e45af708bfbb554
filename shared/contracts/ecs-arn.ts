import * as v from 'valibot';

// Names of clusters, services and task definition families: up to 255 letters, numbers, underscores and hyphens.
// https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CreateService.html
const NAME = '[\\w-]{1,255}';

const arn = (resource: string): RegExp => new RegExp(`^arn:[\\w-]+:ecs:[\\w-]+:\\d{12}:${resource}$`);

const matching = (pattern: RegExp, expected: string) => v.pipe(v.string(expected), v.regex(pattern, expected));

/** The ARN of an ECS cluster. */
export const clusterArn = matching(arn(`cluster/${NAME}`), 'an ECS cluster ARN');
/** The ARN of a service, in the long format or in the short one without the cluster. */
export const serviceArn = matching(arn(`service/(?:${NAME}/)?${NAME}`), 'an ECS service ARN');
/** The ARN of a task, in the long format or in the short one without the cluster. */
export const taskArn = matching(arn(`task/(?:${NAME}/)?${NAME}`), 'an ECS task ARN');
/** The ARN of a revision of a task definition. */
export const taskDefinitionArn = matching(arn(`task-definition/${NAME}:\\d+`), 'the ARN of a task definition revision');
/** The ARN of a container instance, in the long or the short format. */
export const containerInstanceArn = matching(
  arn(`container-instance/(?:${NAME}/)?${NAME}`),
  'an ECS container instance ARN',
);
/** The ARN of a target group. https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_TargetGroup.html */
export const targetGroupArn = matching(
  /^arn:[\w-]+:elasticloadbalancing:[\w-]+:\d{12}:targetgroup\/[A-Za-z0-9-]{1,32}\/[0-9a-z]+$/,
  'the ARN of a target group',
);
