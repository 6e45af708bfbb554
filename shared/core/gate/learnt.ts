import type { TargetGroup } from '../targets/binding.ts';
import type { Subnet, TaskDefinition } from '../task/task.ts';

/** What a service itself says of target groups. */
export interface ServiceTerms {
  /** ARNs of those that ECS fills for it. */
  readonly fills: readonly string[];
  /** Names of those that it allows, where it is asked. */
  readonly allowed?: readonly string[];
  /** When it said so, epoch milliseconds. */
  readonly atMs: number;
}

/** What the gate learnt about a service and that stays while its deployment runs. */
export interface Learnt {
  readonly groups: readonly TargetGroup[];
  readonly terms?: ServiceTerms;
  readonly definitions: readonly TaskDefinition[];
  readonly subnets: readonly Subnet[];
}

/**
 * AWS names no limit for what an answer may leave for the next call, and an answer that it refused would end the
 * deployment: so much is what three groups take twice over.
 */
export const MOST_LEARNT_CHARACTERS = 2_500;

/**
 * What was learnt as one text for a hook's details, so that however ECS merges those it stays whole; `undefined` where
 * it is too long: then every instance learns it itself.
 */
export const renderLearnt = ({ groups, ...others }: Learnt): string | undefined => {
  // A group's load balancers may change; nothing here asks for them.
  const text = JSON.stringify({ ...others, groups: groups.map(({ loadBalancerArns: _, ...group }) => group) });
  return text.length <= MOST_LEARNT_CHARACTERS ? text : undefined;
};
