/** What target registration needs to know of an ECS service. */
export interface Service {
  readonly serviceArn: string;
  readonly clusterArn: string;
  readonly name: string;
  /** ACTIVE, DRAINING, INACTIVE; an open set. */
  readonly status: string;
  /** Target groups that ECS itself fills: of the service, its task sets and deployments, alternates included. */
  readonly targetGroupArns: readonly string[];
  /** ARNs of the service's current revisions. */
  readonly revisionArns: readonly string[];
  readonly tags: Readonly<Record<string, string>>;
}

/** ECS services. Reads only. */
export interface Services {
  /**
   * Services by name or ARN, ten per call; those that do not exist (or are INACTIVE) are left out.
   * @param cluster Name or ARN.
   * @throws {TaskwireError} If a call failed. A cluster that does not exist has no services.
   */
  describe(cluster: string, services: readonly string[]): Promise<readonly Service[]>;
  /** ARNs of all services of a cluster, every page. @throws {NotFoundError} If the cluster is unknown. */
  list(cluster: string): Promise<readonly string[]>;
  /** Target groups of service revisions, alternates included, by 20 revisions per call. */
  targetGroupsOfRevisions(revisionArns: readonly string[]): Promise<readonly string[]>;
}

/** Who else fills target groups. Reads only. */
export interface Fillers {
  /** Target group ARN → name of the Auto Scaling group it is attached to. */
  autoScaling(): Promise<ReadonlyMap<string, string>>;
  /** Target group **name** → CodeDeploy `application/deployment group` on the ECS platform. */
  codeDeploy(): Promise<ReadonlyMap<string, string>>;
}
