/** Who else fills target groups, outside of ECS. */
export interface Fillings {
  /** Auto Scaling group name → ARNs of the target groups attached to it. */
  readonly autoScaling: Map<string, readonly string[]>;
  /** CodeDeploy deployment groups on the ECS platform. */
  readonly codeDeploy: CodeDeployGroup[];
}

export interface CodeDeployGroup {
  readonly application: string;
  readonly deploymentGroup: string;
  /** Names, as CodeDeploy keeps them. */
  readonly targetGroupNames: readonly string[];
}

/** Nobody else. Not modelled: what these would do to the groups' targets; only that they hold them. */
export const createFillings = (): Fillings => ({ autoScaling: new Map(), codeDeploy: [] });
