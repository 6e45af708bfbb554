import type { Subnet, TaskDefinition } from '../task/task.ts';

/** What deciding needs to know besides tasks and targets. None of it changes while the resource lives. */
export interface Facts {
  /** By ARN of the revision. */
  readonly definitions: ReadonlyMap<string, TaskDefinition>;
  /** By subnet id. */
  readonly subnets: ReadonlyMap<string, Subnet>;
  /** All subnets of a VPC, by VPC id; only where somebody asked. */
  readonly subnetsOfVpc: ReadonlyMap<string, readonly Subnet[]>;
  /** EC2 instance id by container instance ARN. */
  readonly instances: ReadonlyMap<string, string>;
  /** Elastic Beanstalk environment by EC2 instance id. */
  readonly environments: ReadonlyMap<string, string>;
}
