import type { Bench, Measured } from './bench.ts';

/** Where it was measured. */
export interface Machine {
  /** As the processor calls itself. */
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGb: number;
}

/** One benchmark in `bench/results.json`: what it measured last. */
export interface Result extends Measured {
  readonly name: string;
  /** ISO 8601, when it was done. */
  readonly date: string;
  /** How to measure it again. */
  readonly command: string;
  readonly tookSeconds: number;
  readonly machine: Machine;
  /** Processes that wanted to run, on average over the minute before: above the number of cores, the machine was busy. */
  readonly loadBefore: number;
  /** Node, the revision of the checkout, and what the benchmark names. */
  readonly versions: Readonly<Record<string, string>>;
  readonly limits: Bench['limits'];
}

/** `bench/results.json`: by the file's name without `.bench.ts`, in its alphabetical order. */
export type Results = Readonly<Record<string, Result>>;
