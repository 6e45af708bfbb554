import { describe, expect, test } from '@jest/globals';
import type { Clock } from '../../shared/ports/clock.ts';
import { type MakeSubject, withSubject } from './subject.ts';

/** What every clock promises. */
export const describeClockContract = (make: MakeSubject<Clock>): void => {
  describe('clock', () => {
    test(
      'sleeps at least as long as it is told',
      withSubject(make, async ({ port, run }) => {
        const startMs = port.nowMs();
        await run(port.sleep(20));
        expect(port.nowMs() - startMs).toBeGreaterThanOrEqual(19);
      }),
    );

    test(
      'wakes with the reason of a signal that is aborted, before or meanwhile',
      withSubject(make, async ({ port, run }) => {
        const controller = new AbortController();
        const asleep = port.sleep(60_000, controller.signal);
        controller.abort(new Error('time is up'));
        await expect(run(asleep)).rejects.toThrow('time is up');
        await expect(run(port.sleep(60_000, controller.signal))).rejects.toThrow('time is up');
      }),
    );
  });
};
