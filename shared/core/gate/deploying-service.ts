import { isJsonList, type JsonObject, objectsOf } from '../tracing/json.ts';
import { GATED_STAGE } from './hook.ts';

/** A service, as far as its deployments go. */
export interface DeployingService {
  readonly serviceArn: string;
  /** Name of the cluster. */
  readonly cluster: string;
  readonly name: string;
  /** ECS, CODE_DEPLOY, EXTERNAL; an open set. */
  readonly controller: string;
  /** Its `deploymentConfiguration` as DescribeServices tells it. */
  readonly configuration: JsonObject;
}

/** ROLLING, BLUE_GREEN, LINEAR, CANARY; an open set. AWS tells none of services that are older than the others. */
export const strategyOf = ({ configuration }: DeployingService): string =>
  typeof configuration.strategy === 'string' ? configuration.strategy : 'ROLLING';

/** ARNs of the functions that its deployments ask at the gate's stage. */
export const askedBy = ({ configuration }: DeployingService): readonly string[] =>
  objectsOf(configuration.lifecycleHooks).flatMap(({ hookTargetArn, lifecycleStages }) =>
    isJsonList(lifecycleStages) && lifecycleStages.includes(GATED_STAGE) && typeof hookTargetArn === 'string'
      ? [hookTargetArn]
      : [],
  );

/**
 * Its deployment configuration with this hook among the others, once: what UpdateService is given replaces what was
 * there.
 */
export const withHook = ({ configuration }: DeployingService, hook: JsonObject): JsonObject => {
  const others = objectsOf(configuration.lifecycleHooks).filter(
    ({ hookTargetArn }) => hookTargetArn !== hook.hookTargetArn,
  );
  return { ...configuration, lifecycleHooks: [...others, hook] };
};

/**
 * Why deployments of a service can ask nobody, and what to do; `undefined` where they can.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-lifecycle-hooks.html
 */
export const withoutHooks = (
  service: DeployingService,
): { readonly why: string; readonly cure: string } | undefined => {
  const { controller, cluster, name } = service;
  if (controller !== 'ECS') {
    return {
      why: `${cluster}/${name} is deployed by ${controller}, whose deployments know no lifecycle hooks of ECS.`,
      cure: 'Move it to the ECS deployment controller and the strategy BLUE_GREEN, LINEAR or CANARY; or wait for the health of the target groups in your own deployment.',
    };
  }
  if (strategyOf(service) !== 'ROLLING') return undefined;
  return {
    why: `${cluster}/${name} is deployed by the strategy ROLLING, which knows no such hook: ECS stops old tasks as soon as new ones run and pass their container health checks, whether they are healthy in the target groups or not.`,
    cure: 'Change the strategy to BLUE_GREEN, LINEAR or CANARY and add the hook below. As long as it is rolling, a container health check that fails until the application serves, minimumHealthyPercent 100 and maximumPercent 200 keep the gap short.',
  };
};
