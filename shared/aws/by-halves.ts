import { NotFoundError } from '../errors.ts';

/**
 * Asks about several resources where one that is deleted makes the call fail for all that were asked together, without
 * naming it: then each half is asked by itself, and what is gone is left out.
 * @throws {TaskwireError} Whatever else the call fails with.
 */
export const byHalves = async <T>(
  arns: readonly string[],
  ask: (arns: readonly string[]) => Promise<readonly T[]>,
): Promise<readonly T[]> => {
  try {
    return await ask(arns);
  } catch (error) {
    if (!(error instanceof NotFoundError)) throw error;
    if (arns.length === 1) return [];
    const middle = Math.ceil(arns.length / 2);
    return [...(await byHalves(arns.slice(0, middle), ask)), ...(await byHalves(arns.slice(middle), ask))];
  }
};
