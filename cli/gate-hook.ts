import { type DeployingService, withHook } from '../shared/core/gate/deploying-service.ts';
import { GATED_STAGE } from '../shared/core/gate/hook.ts';

/** The hook that a service's deployments are to ask. */
export interface GateHook {
  /** ARN of the function `gate-deployment`. */
  readonly functionArn: string;
  /** ARN of the role with which ECS invokes it. */
  readonly roleArn: string;
  readonly timeLimitMinutes: number;
}

/** What a service can be described with. */
export const FORMATS = ['cloudformation', 'terraform', 'cdk', 'cli'] as const;
export type Format = (typeof FORMATS)[number];

/** The gate ends a deployment itself, and says why; this is for a gate that no longer answers. */
const AFTER_MINUTES = 15;
/** ECS waits no longer. https://docs.aws.amazon.com/AmazonECS/latest/developerguide/lambda-lifecycle-hooks.html#lambda-hook-timeout */
const MOST_MINUTES = 1_440;

const timeoutOf = ({ timeLimitMinutes }: GateHook): number => Math.min(MOST_MINUTES, timeLimitMinutes + AFTER_MINUTES);

const strategyIn = (strategy: string): string => (strategy === 'ROLLING' ? 'BLUE_GREEN' : strategy);

const cloudformation = (hook: GateHook, strategy: string): string => `# In the AWS::ECS::Service:
DeploymentConfiguration:
  Strategy: ${strategy}
  LifecycleHooks:
    - HookTargetArn: ${hook.functionArn}
      RoleArn: ${hook.roleArn}
      LifecycleStages: [${GATED_STAGE}]
      HookDetails: '{"timeLimitMinutes":${hook.timeLimitMinutes}}'
      TimeoutConfiguration: { TimeoutInMinutes: ${timeoutOf(hook)}, Action: ROLLBACK }
`;

const terraform = (hook: GateHook, strategy: string): string => `# In the resource "aws_ecs_service":
deployment_configuration {
  strategy = "${strategy}"

  lifecycle_hook {
    hook_target_arn  = "${hook.functionArn}"
    role_arn         = "${hook.roleArn}"
    lifecycle_stages = ["${GATED_STAGE}"]
    hook_details     = jsonencode({ timeLimitMinutes = ${hook.timeLimitMinutes} })
  }
}
`;

const cdk = (
  hook: GateHook,
  strategy: string,
): string => `// With \`service\` an ecs.FargateService or ecs.Ec2Service that has
// deploymentStrategy: ecs.DeploymentStrategy.${strategy}
service.addLifecycleHook(
  new ecs.DeploymentLifecycleLambdaTarget(
    lambda.Function.fromFunctionArn(this, 'TaskwireGate', '${hook.functionArn}'),
    'TaskwireGateHook',
    {
      role: iam.Role.fromRoleArn(this, 'TaskwireGateRole', '${hook.roleArn}'),
      lifecycleStages: [ecs.DeploymentLifecycleStage.${GATED_STAGE}],
      hookDetails: { timeLimitMinutes: ${hook.timeLimitMinutes} },
    },
  ),
);
`;

/** A text as one word of a POSIX shell. */
const shellWord = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

const cli = (hook: GateHook, strategy: string, service: DeployingService): string => {
  const configuration = withHook(service, {
    targetType: 'AWS_LAMBDA',
    hookTargetArn: hook.functionArn,
    roleArn: hook.roleArn,
    lifecycleStages: [GATED_STAGE],
    hookDetails: { timeLimitMinutes: hook.timeLimitMinutes },
    timeoutConfiguration: { timeoutInMinutes: timeoutOf(hook), action: 'ROLLBACK' },
  });
  return `aws ecs update-service --cluster ${service.cluster} --service ${service.name} --deployment-configuration ${shellWord(
    JSON.stringify({ ...configuration, strategy }, undefined, 2),
  )}
`;
};

/** The hook as each tool wants it written, to be added to what describes the service. */
export const renderHook = (
  hook: GateHook,
  strategy: string,
  service: DeployingService,
): Readonly<Record<Format, string>> => {
  const wanted = strategyIn(strategy);
  return {
    cloudformation: cloudformation(hook, wanted),
    terraform: terraform(hook, wanted),
    cdk: cdk(hook, wanted),
    cli: cli(hook, wanted, service),
  };
};
