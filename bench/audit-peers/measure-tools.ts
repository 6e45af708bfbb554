import { join } from 'node:path';
import { medianOf } from '../measure.ts';
import type { Behind, Front } from './front.ts';
import type { Taken, Tool } from './tools.ts';

/** What a tool took, medians over the rounds. */
export interface Measure extends Taken {
  readonly tool: string;
  /** Of one run, by `service:Operation`. */
  readonly calls: Readonly<Record<string, number>>;
  readonly callsInAll: number;
  readonly throttled: number;
}

const sumOf = (counts: Readonly<Record<string, number>>): number =>
  Object.values(counts).reduce((total, count) => total + count, 0);

/**
 * Runs the tools in turns, so that whatever slows one slows all.
 * @param behind Made anew for each run: rates begin with a full burst.
 */
export const measureTools = async (
  tools: readonly Tool[],
  front: Front,
  options: {
    readonly behind: () => Behind;
    readonly rounds: number;
    readonly folder: string;
    readonly told?: (text: string) => void;
  },
): Promise<readonly Measure[]> => {
  const runs = tools.map((): Taken[] => []);
  const last: Measure[] = [];
  for (let round = 0; round < options.rounds; round++) {
    for (const [index, tool] of tools.entries()) {
      const folder = join(options.folder, String(index));
      front.begin(options.behind());
      const taken = await tool.run(front.endpoint, folder);
      runs[index]?.push(taken);
      options.told?.(`… ${tool.name}: ${JSON.stringify(taken)}`);
      last[index] = {
        ...taken,
        tool: tool.name,
        calls: front.counts(),
        callsInAll: sumOf(front.counts()),
        throttled: front.throttled(),
      };
    }
  }
  const median = (index: number, key: keyof Taken): number => medianOf((runs[index] ?? []).map((taken) => taken[key]));
  return last.map((measure, index) => ({
    ...measure,
    seconds: median(index, 'seconds'),
    cpuSeconds: median(index, 'cpuSeconds'),
    rssBytes: median(index, 'rssBytes'),
  }));
};
