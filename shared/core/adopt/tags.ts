import type { Mode } from '../outcome.ts';
import type { Workload } from '../targets/binding.ts';

/** What names workloads in a tag: its name without the prefix, and its value. */
export interface WorkloadTag {
  readonly name: Workload['kind'];
  readonly value: string;
}

/** What a group's tags should become. */
export interface TagWish {
  /** Left out: what the group's tags name already. */
  readonly workload?: WorkloadTag;
  readonly container?: string;
  readonly port?: number;
  /** Left out: `observe` for a group that is not wired to this yet, else as it is. */
  readonly mode?: Mode;
}

/** One tag that differs. */
export interface TagChange {
  readonly key: string;
  readonly value: string;
  /** What it is now; absent where the group does not carry it. */
  readonly was?: string;
}

/** The tags of a group as they would be, and which of them differ. */
export interface TagProposal {
  /** All tags of the group as they would be, those of others too. */
  readonly tags: Readonly<Record<string, string>>;
  readonly changes: readonly TagChange[];
  /** Tags of Taskwire that are there and stay. */
  readonly kept: readonly { readonly key: string; readonly value: string }[];
}

/** The tag that names a workload. */
export const workloadTagOf = (workload: Workload): WorkloadTag => {
  switch (workload.kind) {
    case 'service':
      return { name: 'service', value: `${workload.cluster}/${workload.service}` };
    case 'family':
      return { name: 'family', value: `${workload.cluster}/${workload.family}` };
    case 'beanstalk':
      return { name: 'beanstalk', value: workload.environment };
  }
};

/** Whether a group's tags name a workload already, rightly or not. */
export const isTagged = (present: Readonly<Record<string, string>>, prefix: string): boolean =>
  Object.keys(present).some((key) => new RegExp(`^${prefix}:(?:service|family|beanstalk)(?:\\.|$)`).test(key));

/**
 * Compares a group's tags with those that are wished for. Nothing is taken away: a tag that is in the way is found by
 * whoever reads the tags as they would be.
 */
export const proposeTags = (
  present: Readonly<Record<string, string>>,
  { workload, container, port, mode }: TagWish,
  prefix: string,
): TagProposal => {
  const anew = workload !== undefined && present[`${prefix}:${workload.name}`] !== workload.value;
  const wished = new Map<string, string>();
  if (workload !== undefined) wished.set(`${prefix}:${workload.name}`, workload.value);
  if (container !== undefined) wished.set(`${prefix}:container`, container);
  if (port !== undefined) wished.set(`${prefix}:port`, String(port));
  // The safe start: it only shows. A group that is wired to this already must not be stopped by looking at it.
  if (mode !== undefined || anew) wished.set(`${prefix}:mode`, mode ?? 'observe');
  if (anew && present[`${prefix}:targets`] === undefined) wished.set(`${prefix}:targets`, 'shared');
  const changes = [...wished].flatMap(([key, value]): readonly TagChange[] => {
    const was = present[key];
    return was === value ? [] : [{ key, value, ...(was !== undefined && { was }) }];
  });
  const changed = new Set(changes.map(({ key }) => key));
  const kept = Object.entries(present)
    .filter(([key]) => key.startsWith(`${prefix}:`) && !changed.has(key))
    .map(([key, value]) => ({ key, value }));
  return { tags: { ...present, ...Object.fromEntries(wished) }, changes, kept };
};
