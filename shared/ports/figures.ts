import type { FigureQuery } from '../core/doctor/judge-traffic.ts';

/** Figures of CloudWatch. Reads only. */
export interface Figures {
  /**
   * One value for each query, over the whole period: the sum or the maximum; `undefined` where there is none. 500 per
   * call.
   */
  over(
    queries: readonly FigureQuery[],
    period: { readonly fromMs: number; readonly toMs: number },
  ): Promise<readonly (number | undefined)[]>;
}
