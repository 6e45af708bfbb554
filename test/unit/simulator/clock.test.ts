import { describe, expect, test } from '@jest/globals';
import { createVirtualClock } from '../../../simulator/clock.ts';

describe('virtual clock', () => {
  test('runs what is due in order of time, then of arrival', async () => {
    const clock = createVirtualClock(1_000);
    const ran: string[] = [];
    clock.after(20, () => ran.push('late'));
    clock.after(10, () => ran.push('first'));
    clock.after(10, () => ran.push('second'));
    await clock.advance(15);
    expect(ran).toEqual(['first', 'second']);
    expect(clock.nowMs()).toBe(1_015);
    await clock.advance(5);
    expect(ran).toEqual(['first', 'second', 'late']);
  });

  test('lets promises settle between two timers', async () => {
    const clock = createVirtualClock(0);
    const seen: number[] = [];
    const work = async () => {
      for (let round = 0; round < 3; round++) {
        await clock.sleep(10);
        await Promise.resolve();
        seen.push(clock.nowMs());
      }
    };
    const done = work();
    await clock.advance(30);
    await done;
    expect(seen).toEqual([10, 20, 30]);
  });

  test('rejects an aborted sleep with the reason of the signal and leaves no timer', async () => {
    const clock = createVirtualClock(0);
    const controller = new AbortController();
    const asleep = clock.sleep(1_000, controller.signal);
    controller.abort(new Error('enough'));
    await expect(asleep).rejects.toThrow('enough');
    expect(clock.waiting).toBe(0);
    await expect(clock.sleep(1, controller.signal)).rejects.toThrow('enough');
  });

  test('runs until a condition holds, or says that it does not', async () => {
    const clock = createVirtualClock(0);
    let open = false;
    clock.after(500, () => {
      open = true;
    });
    expect(await clock.runUntil(() => open, 100)).toBe(false);
    expect(clock.nowMs()).toBe(100);
    expect(await clock.runUntil(() => open, 1_000)).toBe(true);
    expect(clock.nowMs()).toBe(500);
  });

  test('moves as far as a promise needs', async () => {
    const clock = createVirtualClock(0);
    await expect(clock.until(clock.sleep(5_000).then(() => 'awake'))).resolves.toBe('awake');
    expect(clock.nowMs()).toBe(5_000);
    await expect(clock.until(new Promise(() => undefined), 1_000)).rejects.toThrow('still waiting after 1000 ms');
  });

  test('a timer that is cancelled never runs', async () => {
    const clock = createVirtualClock(0);
    const ran: string[] = [];
    clock.after(10, () => ran.push('no')).cancel();
    await clock.advance(100);
    expect(ran).toEqual([]);
  });
});
