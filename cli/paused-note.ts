import { listPauses, type Pause } from '../shared/app/pauses.ts';
import { parsePausedTime } from '../shared/contracts/paused-tag.ts';
import type { Connection } from './cli.ts';

/** An answer that takes longer is not waited for: it is about something else. */
const PATIENCE_MS = 3_000;

/**
 * What is paused, asked beside the work of a verb. One call with a right that every verb needs anyway
 * (tag:GetResources).
 * @returns Nothing where it could not be asked: no verb fails for this.
 */
export const pausesOf = async (
  { stackSwitches, clock }: Pick<Connection, 'stackSwitches' | 'clock'>,
  tagPrefix: string,
): Promise<readonly Pause[]> => {
  const over = new AbortController();
  const asked = listPauses(tagPrefix, { stackSwitches, timeOf: parsePausedTime }).catch(() => []);
  const tooLong = clock.sleep(PATIENCE_MS, over.signal).then(
    () => [],
    () => [],
  );
  const pauses = await Promise.race([asked, tooLong]);
  over.abort();
  return pauses;
};
