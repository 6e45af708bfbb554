/** What a figure must keep to; a figure without one only explains. */
export interface Limit {
  readonly most?: number;
  readonly least?: number;
  /**
   * Whether it depends on how fast and how busy the machine is: a smoke run, which takes a few rounds only, does not
   * hold it. Calls, bytes and virtual time are not timed.
   */
  readonly timed: boolean;
}

/** Shown as it stands, with the columns' units in their titles. */
export interface Table {
  readonly title: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly (string | number)[])[];
}

/** Drawn into an SVG file beside the page: groups of bars, or on a logarithmic scale lines over the categories. */
export interface Chart {
  readonly title: string;
  /** Of all values. */
  readonly unit: string;
  readonly scale: 'linear' | 'log';
  readonly categories: readonly string[];
  /** One value for each category, in their order; above 0 on a logarithmic scale. */
  readonly series: readonly { readonly name: string; readonly values: readonly number[] }[];
}

export interface Measured {
  /** By name, with the unit in the name: `listingMs`, `callsPerService`. Each name of `limits` is among them in a full run. */
  readonly figures: Readonly<Record<string, number>>;
  readonly tables?: readonly Table[];
  readonly charts?: readonly Chart[];
  /** Of what was measured or measured against, where package.json does not say it: `{ prowler: '5.14.0' }`. */
  readonly versions?: Readonly<Record<string, string>>;
}

/**
 * What a `bench/*.bench.ts` file exports. It runs in a process of its own, in the folder of the checkout, bundled as
 * the functions are; `dist/` is built before.
 */
export interface Bench {
  /** What is measured against what, in one line. */
  readonly name: string;
  /** By the name of the figure. */
  readonly limits: Readonly<Record<string, Limit>>;
  /** With `smoke`: a few rounds, to show that it still runs; figures that take long may be left out. */
  run(options: { readonly smoke: boolean }): Promise<Measured>;
}
