import { type Workload, workloadKeyOf } from '../targets/binding.ts';
import type { TargetHolder } from './holder.ts';

/** The workload to name in a group's tags, and on what that rests; or why none can be proposed. */
export type Proposal =
  | { readonly workload: Workload; readonly restsOn: string }
  | { readonly workload?: undefined; readonly why: string };

const KINDS: Readonly<Record<Exclude<TargetHolder['kind'], 'task'>, string>> = {
  interface: 'by a network interface of no known task',
  instance: 'by an instance on whose port no task listens',
  nobody: 'by nobody',
  outside: 'outside the VPC',
  unseen: 'in a shared subnet that cannot be seen into',
};

const heldText = (count: number, of: number): string => `${count} of ${of} ${of === 1 ? 'target' : 'targets'}`;

/**
 * Proposes the workload whose tasks hold most of a group's targets. Nothing is guessed: where two hold as many, or no
 * task holds any, none is proposed.
 * @param holders Of every registered target that is not draining.
 */
export const proposeWorkload = (holders: readonly TargetHolder[]): Proposal => {
  const held = new Map<string, { readonly workload: Workload; count: number }>();
  const rest = new Map<string, number>();
  for (const holder of holders) {
    const [workload] = holder.kind === 'task' ? holder.workloads : [];
    if (workload === undefined) {
      const words = holder.kind === 'task' ? 'by tasks that no tag can name' : KINDS[holder.kind];
      rest.set(words, (rest.get(words) ?? 0) + 1);
      continue;
    }
    const entry = held.get(workloadKeyOf(workload)) ?? { workload, count: 0 };
    entry.count++;
    held.set(workloadKeyOf(workload), entry);
  }
  const ranked = [...held].toSorted(([a, m], [b, n]) => n.count - m.count || (a < b ? -1 : 1));
  const [best, second] = ranked;
  const others = [...rest].map(([words, count]) => `${count} ${words}`);
  const of = holders.length;
  if (best === undefined) {
    const why = of === 0 ? 'it has no targets' : `no task holds any of its targets (${others.join(', ')})`;
    return { why };
  }
  const [key, { workload, count }] = best;
  if (second !== undefined && second[1].count === count) {
    return { why: `tasks of ${ranked.map(([name, each]) => `${name} (${each.count})`).join(' and ')} hold as many` };
  }
  const more = [...ranked.slice(1).map(([name, each]) => `${each.count} by tasks of ${name}`), ...others];
  const also = more.length === 0 ? '' : `; ${more.join(', ')}`;
  return { workload, restsOn: `tasks of ${key} hold ${heldText(count, of)}${also}` };
};
