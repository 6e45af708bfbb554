import { describe, expect, test } from '@jest/globals';
import type { ServiceRecord } from '../../simulator/state.ts';
import { changesOf, createScalingStage, MINUTE, type ScalingStage, schedulesOf } from '../support/scaling-stage.ts';

const HOUR = 60 * MINUTE;

/** The bounds whenever they change, with the time on the zone's clock. */
const watch = async (
  stage: ScalingStage,
  service: ServiceRecord,
  ms: number,
  zone: string,
): Promise<readonly string[]> => {
  const clock = new Intl.DateTimeFormat('en-GB', {
    timeZone: zone,
    weekday: 'short',
    hour: '2-digit',
    minute: '2-digit',
  });
  const seen: string[] = [];
  await stage.run(5 * MINUTE - (stage.world.clock.nowMs() % (5 * MINUTE)));
  let before = stage.bounds(service);
  for (let passed = 0; passed < ms; passed += 5 * MINUTE) {
    await stage.run(5 * MINUTE);
    const now = stage.bounds(service);
    if (now !== before) seen.push(`${clock.format(stage.world.clock.nowMs())} ${now}`);
    before = now;
  }
  return seen;
};

const staged = async (start: string, hours: string, scaling = 'min=2 max=20') => {
  const stage = createScalingStage({ world: { startMs: Date.parse(start) } });
  const web = await stage.service('web', 4, { 'taskwire:scaling': scaling, 'taskwire:hours': hours });
  await stage.sweep();
  return { stage, web };
};

describe('hours', () => {
  test('are pairs of scheduled actions in their zone, which strike at its local time', async () => {
    const { stage, web } = await staged('2026-03-02T04:00:00Z', 'Mon-Fri 08:00-20:00 Europe/Berlin min=6 max=40');
    expect(schedulesOf(stage.target(web))).toEqual({
      'taskwire-hours-1-start': 'cron(0 8 ? * MON,TUE,WED,THU,FRI *) Europe/Berlin 6..40',
      'taskwire-hours-1-end': 'cron(0 20 ? * MON,TUE,WED,THU,FRI *) Europe/Berlin 2..20',
    });
    expect(stage.bounds(web)).toBe('2..20');
    stage.world.calls.reset();
    expect(await watch(stage, web, 24 * HOUR, 'Europe/Berlin')).toEqual(['Mon 08:00 6..40', 'Mon 20:00 2..20']);
    expect(web.desiredCount).toBe(6);
    // The schedules did it: 96 sweeps later nothing was written.
    expect(stage.world.calls.mutating()).toEqual([]);
    expect(changesOf(stage.ran)).toHaveLength(3);
  });

  test('pass midnight and the week’s end', async () => {
    const { stage, web } = await staged('2026-03-07T12:00:00Z', 'Fri-Sun 22:00-06:00 Asia/Tokyo min=4 max=30');
    // Saturday evening in Tokyo.
    expect(stage.bounds(web)).toBe('2..20');
    expect(await watch(stage, web, 48 * HOUR, 'Asia/Tokyo')).toEqual([
      'Sat 22:00 4..30',
      'Sun 06:00 2..20',
      'Sun 22:00 4..30',
      'Mon 06:00 2..20',
    ]);
    expect(changesOf(stage.ran)).toHaveLength(3);
  });

  test('that touch hand over without a moment of the bounds outside', async () => {
    const { stage, web } = await staged(
      '2026-03-02T04:00:00Z',
      'Mon-Fri 08:00-12:00 UTC min=6 max=40 + Mon-Fri 12:00-20:00 min=8 max=30',
    );
    expect(await watch(stage, web, 20 * HOUR, 'UTC')).toEqual([
      'Mon 08:00 6..40',
      'Mon 12:00 8..30',
      'Mon 20:00 2..20',
    ]);
    expect(Object.keys(schedulesOf(stage.target(web)))).toEqual([
      'taskwire-hours-1-start',
      'taskwire-hours-2-start',
      'taskwire-hours-2-end',
    ]);
    expect(changesOf(stage.ran)).toHaveLength(4);
  });

  test.each([
    { change: 'spring', start: '2026-03-28T12:00:00Z' },
    { change: 'autumn', start: '2026-10-24T10:00:00Z' },
  ])('keep the local time when the clock changes in $change, and sweeps write nothing', async ({ start }) => {
    const { stage, web } = await staged(start, 'Mon-Sun 08:00-20:00 Europe/Berlin min=4 max=20', 'min=2 max=20');
    // From the evening before, over the change, to the evening after.
    expect(await watch(stage, web, 40 * HOUR, 'Europe/Berlin')).toEqual([
      'Sat 20:00 2..20',
      'Sun 08:00 4..20',
      'Sun 20:00 2..20',
    ]);
    expect(changesOf(stage.ran)).toHaveLength(3);
  });

  test('set inside a window take its bounds at once', async () => {
    const { stage, web } = await staged('2026-03-02T09:00:00Z', 'Mon-Fri 08:00-20:00 Europe/Berlin min=4 max=40');
    expect(stage.bounds(web)).toBe('4..40');
    stage.world.ecs.untagService(web.arn, ['taskwire:hours']);
    await stage.run(5_000);
    expect(stage.bounds(web)).toBe('2..20');
    expect(stage.target(web).schedules.size).toBe(0);
  });
});

describe('a boundary of the hours', () => {
  const hours = 'Mon-Fri 08:00-20:00 UTC min=3 max=20';

  test('no bounds are written within two minutes of it, and the next sweep writes what the schedules did not', async () => {
    const { stage, web } = await staged('2026-03-02T07:40:00Z', hours);
    const tagged = (value: string) => stage.world.ecs.tagService(web.arn, { 'taskwire:scaling': value });
    stage.world.calls.reset();
    const at = (time: string) => stage.run(Date.parse(`2026-03-02T${time}Z`) - stage.world.clock.nowMs());
    await at('07:58:10');
    tagged('min=1 max=20');
    await at('08:01:50');
    tagged('min=2 max=19');
    await at('08:01:59');
    // The schedules changed their bounds meanwhile; the scalable target was left to them.
    expect(stage.registrations).toHaveLength(1);
    expect(stage.bounds(web)).toBe('3..20');
    expect(stage.target(web).schedules.get('taskwire-hours-1-end')).toMatchObject({ min: 2, max: 19 });
    await at('20:01:00');
    expect(stage.bounds(web)).toBe('2..19');
    await at('20:20:00');
    expect(stage.registrations).toHaveLength(1);
  });

  test('a new service waits for it to pass', async () => {
    const stage = createScalingStage({ world: { startMs: Date.parse('2026-03-02T07:58:00Z') } });
    const web = await stage.service('web', 4, { 'taskwire:scaling': 'min=2 max=20', 'taskwire:hours': hours });
    await stage.sweep();
    expect(stage.bounds(web)).toBe('none');
    expect(stage.world.calls.mutating()).toEqual([]);
    await stage.run(5 * MINUTE);
    await stage.sweep();
    expect(stage.bounds(web)).toBe('3..20');
  });
});
