import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  type Hold,
  type HoldReason,
  type HoldStep,
  isOverdue,
  parseHold,
  renderHold,
  stepsOf,
} from '../../../../shared/core/scaling/hold.ts';
import type { Suspension } from '../../../../shared/core/scaling/observed.ts';
import { FREE } from '../../../support/scaling.ts';

const held = { ...FREE, scaleOut: true };
const aHold = (says: Partial<Hold> = {}): Hold => ({ former: FREE, reasons: ['deploy'], sinceSeconds: 1_000, ...says });

describe('the tag', () => {
  test.each<{ text: string; hold: Hold }>([
    { text: 'in=false out=false scheduled=false for=deploy since=1000', hold: aHold() },
    {
      text: 'in=true out=false scheduled=true for=crash+deploy since=1795166121',
      hold: aHold({
        former: { scaleIn: true, scaleOut: false, scheduled: true },
        reasons: ['crash', 'deploy'],
        sinceSeconds: 1_795_166_121,
      }),
    },
  ])('$text', ({ text, hold }) => {
    expect(renderHold(hold)).toBe(text);
    expect(parseHold(text)).toEqual(hold);
    expect(text).toMatch(/^[A-Za-z0-9 +=._:/@-]{1,255}$/);
  });

  test.each([
    '',
    'true',
    'in=yes out=false scheduled=false for=deploy since=1000',
    'in=false out=false scheduled=false for=deploy since=soon',
    'in=false out=false scheduled=false for=deploy since=1000\n',
    ' in=false out=false scheduled=false for=deploy since=1000',
  ])('%j is none that Taskwire wrote', (text) => {
    expect(parseHold(text)).toBeUndefined();
  });
});

test('a reason of another version holds nothing, so that its hold ends instead of standing for ever', () => {
  const hold = parseHold('in=false out=false scheduled=false for=lunch since=1000');
  expect(hold).toEqual(aHold({ reasons: [] }));
  expect(stepsOf(hold, held, [], 2_000)).toMatchObject([{ kind: 'resume' }, { kind: 'untag' }]);
});

describe('stepsOf', () => {
  const tag = (says: Partial<Hold> = {}): HoldStep => ({ kind: 'tag', hold: aHold({ sinceSeconds: 2_000, ...says }) });
  const suspend = (suspension: Suspension): HoldStep => ({
    kind: 'suspend',
    suspension,
    reason: expect.any(String) as never,
  });
  const resume = (suspension: Suspension): HoldStep => ({
    kind: 'resume',
    suspension,
    reason: expect.any(String) as never,
  });
  test.each<{ name: string; hold?: Hold; now?: Suspension; reasons?: HoldReason[]; steps: HoldStep[] }>([
    { name: 'nothing to hold, nothing held', steps: [] },
    { name: 'what a person suspended stays', now: held, steps: [] },
    { name: 'a hold: tag first', reasons: ['deploy'], steps: [tag(), suspend(held)] },
    { name: 'the hold stands', hold: aHold(), now: held, reasons: ['deploy'], steps: [] },
    {
      name: 'another reason',
      hold: aHold(),
      now: held,
      reasons: ['deploy', 'crash'],
      steps: [tag({ reasons: ['crash', 'deploy'], sinceSeconds: 1_000 })],
    },
    {
      name: 'a reason less',
      hold: aHold({ reasons: ['crash', 'deploy'] }),
      now: held,
      reasons: ['crash'],
      steps: [tag({ reasons: ['crash'], sinceSeconds: 1_000 })],
    },
    {
      name: 'the order of reasons does not matter',
      hold: aHold({ reasons: ['crash', 'deploy'] }),
      now: held,
      reasons: ['deploy', 'crash'],
      steps: [],
    },
    { name: 'the end: resume first', hold: aHold(), now: held, steps: [resume(FREE), { kind: 'untag' }] },
    { name: 'died behind the tag, still to be held', hold: aHold(), reasons: ['deploy'], steps: [suspend(held)] },
    { name: 'died behind the tag, no longer to be held', hold: aHold(), steps: [{ kind: 'untag' }] },
    { name: 'a person’s suspension is remembered', now: held, reasons: ['deploy'], steps: [tag({ former: held })] },
    { name: 'and stays at the end', hold: aHold({ former: held }), now: held, steps: [{ kind: 'untag' }] },
    {
      name: 'a person ended it meanwhile: it is not suspended again',
      hold: aHold({ former: held }),
      now: FREE,
      steps: [{ kind: 'untag' }],
    },
    {
      name: 'all three are told together',
      now: { scaleIn: true, scaleOut: false, scheduled: true },
      reasons: ['crash'],
      steps: [
        tag({ former: { scaleIn: true, scaleOut: false, scheduled: true }, reasons: ['crash'] }),
        suspend({ scaleIn: true, scaleOut: true, scheduled: true }),
      ],
    },
    {
      name: 'what a person suspended meanwhile stays at the end',
      hold: aHold(),
      now: { scaleIn: true, scaleOut: true, scheduled: true },
      steps: [resume({ scaleIn: true, scaleOut: false, scheduled: true }), { kind: 'untag' }],
    },
  ])('$name', ({ hold, now = FREE, reasons = [], steps }) => {
    expect(stepsOf(hold, now, reasons, 2_000)).toEqual(steps);
  });
});

test.each([
  { seconds: 0, overdue: false },
  { seconds: 1_800, overdue: false },
  { seconds: 1_801, overdue: true },
])('a hold of $seconds seconds is overdue after 30 minutes: $overdue', ({ seconds, overdue }) => {
  expect(isOverdue(aHold({ sinceSeconds: 5_000 }), (5_000 + seconds) * 1_000, 30)).toBe(overdue);
});

const suspension = fc.record({ scaleIn: fc.boolean(), scaleOut: fc.boolean(), scheduled: fc.boolean() });
const reasonSet = fc.subarray<HoldReason>(['crash', 'deploy']);

describe('properties', () => {
  test('a hold comes back from its tag as it went', () => {
    const hold = fc.record({
      former: suspension,
      reasons: fc.subarray<HoldReason>(['crash', 'deploy'], { minLength: 1 }),
      sinceSeconds: fc.nat(),
    });
    fc.assert(fc.property(hold, (each) => expect(parseHold(renderHold(each))).toEqual(each)));
  });

  test('no text makes the parser fail', () => {
    const edits = fc.array(fc.tuple(fc.nat(70), fc.constantFrom('', ' ', '=', '+', '9', 'true', 'x')), {
      maxLength: 4,
    });
    const text = edits.map((list) =>
      list.reduce((now, [at, put]) => now.slice(0, at) + put + now.slice(at + 1), renderHold(aHold())),
    );
    fc.assert(
      fc.property(fc.oneof(text, fc.string({ unit: 'binary' })), (value) => {
        const hold = parseHold(value);
        if (hold !== undefined) expect(parseHold(renderHold(hold))).toEqual(hold);
      }),
    );
  });

  interface World {
    readonly tag: string | undefined;
    readonly now: Suspension;
  }
  /** Makes the first steps only: the function may die between any two. */
  const make = (world: World, reasons: readonly HoldReason[], survives: number, nowSeconds: number): World => {
    const hold = world.tag === undefined ? undefined : parseHold(world.tag);
    let { tag, now } = world;
    for (const step of stepsOf(hold, now, reasons, nowSeconds).slice(0, survives)) {
      if (step.kind === 'tag') tag = renderHold(step.hold);
      else if (step.kind === 'untag') tag = undefined;
      else now = step.suspension;
    }
    return { tag, now };
  };
  const history = fc.array(fc.tuple(reasonSet, fc.nat(3)), { maxLength: 8 });

  test('from any state that it can reach, undoing restores exactly what was suspended before', () => {
    fc.assert(
      fc.property(suspension, history, (before, steps) => {
        const world = steps.reduce<World>((now, [reasons, survives], at) => make(now, reasons, survives, at), {
          tag: undefined,
          now: before,
        });
        expect(make(world, [], 9, 100)).toEqual({ tag: undefined, now: before });
      }),
      { numRuns: 1_000 },
    );
  });

  test('scale-in and schedules are never touched, and scale-out only held where a tag says so', () => {
    fc.assert(
      fc.property(suspension, history, (before, steps) => {
        let world: World = { tag: undefined, now: before };
        for (const [at, [reasons, survives]] of steps.entries()) {
          world = make(world, reasons, survives, at);
          expect(world.now).toMatchObject({ scaleIn: before.scaleIn, scheduled: before.scheduled });
          if (world.tag === undefined) expect(world.now).toEqual(before);
        }
      }),
    );
  });

  test('the same again changes nothing', () => {
    fc.assert(
      fc.property(suspension, history, reasonSet, (before, steps, reasons) => {
        const world = steps.reduce<World>((now, [some, survives], at) => make(now, some, survives, at), {
          tag: undefined,
          now: before,
        });
        const done = make(world, reasons, 9, 50);
        expect(make(done, reasons, 9, 60)).toEqual(done);
        expect(stepsOf(done.tag === undefined ? undefined : parseHold(done.tag), done.now, reasons, 60)).toEqual([]);
        expect(done.now.scaleOut).toBe(before.scaleOut || reasons.length > 0);
      }),
    );
  });
});
