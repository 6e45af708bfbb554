/** The most that a benchmark's figure may be. */
export type Limit =
  /** Against the reference of the same run. Machines differ and are busy, so a smoke run does not hold it. */
  | { readonly maxRatio: number }
  /** Of calls, bytes, rows: the same everywhere, so a smoke run holds it too. */
  | { readonly maxCount: number };

/** What a benchmark measured: the figure that is held against its limit, and more that explain it (units in the names). */
export type Figures = ({ readonly ratio: number } | { readonly count: number }) & Readonly<Record<string, number>>;

/**
 * What a `bench/*.bench.ts` file exports. It runs in a process of its own, in the folder of the checkout, bundled as
 * the functions are; `dist/` is built before.
 */
export interface Bench {
  readonly name: string;
  readonly limit: Limit;
  /** With `smoke`: a few rounds, to show that it still runs. */
  run(options: { readonly smoke: boolean }): Promise<Figures>;
}
