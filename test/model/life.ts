import fc from 'fast-check';

/** `edge` has host ports on two instances, `twin` lives in a VPC with the same addresses, `stranger` is wired to nothing. */
export const SERVICES = ['web', 'api', 'edge', 'twin', 'stranger'] as const;
export type ServiceName = (typeof SERVICES)[number];

/** `seen` is only observed, `plain` carries no tag. */
export const GROUPS = ['web', 'both', 'api', 'edge', 'exclusive', 'twin', 'seen', 'plain'] as const;
export type GroupName = (typeof GROUPS)[number];

const TAG_EDITS = [
  'mistyped',
  'mistyped',
  'mistyped-exclusive',
  'wrong',
  'exclusive',
  'shared',
  'observe',
  'port',
  'more',
  'usual',
  'gone',
] as const;
const PUTS = ['proxy', 'task', 'nobody', 'outside'] as const;
const TROUBLES = ['throttled', 'broken', 'unanswered', 'lost'] as const;
const BLINDNESS = ['tasks', 'listings', 'stale', 'stale', 'pages', 'failures', 'missing', 'none'] as const;
/** Who gives up a task, and who takes its place: services of one group, and one that is none of its own. */
const HEIRS = [
  ['web', 'api'],
  ['api', 'web'],
  ['web', 'stranger'],
  ['api', 'stranger'],
  ['stranger', 'web'],
] as const;

const service = fc.constantFrom(...SERVICES);
const group = fc.constantFrom(...GROUPS);
const nth = fc.nat(3);

const weather = fc.record({
  throttled: fc.oneof(fc.constant(0), fc.integer({ min: 5, max: 60 })),
  lost: fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, fc.integer({ min: 5, max: 40 })),
  latencyMs: fc.oneof(fc.constant(0), fc.nat(1_500)),
  blind: fc.constantFrom(...BLINDNESS),
});

const what = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('scale' as const), service, to: fc.nat(4) }) },
  {
    weight: 7,
    arbitrary: fc.record({
      kind: fc.constant('swap' as const),
      service,
      /** Left out: the same service. */
      heir: fc.option(service, { nil: undefined }),
      afterMs: fc.integer({ min: 2_000, max: 14_000 }),
    }),
  },
  {
    weight: 5,
    arbitrary: fc
      .record({ pair: fc.constantFrom(...HEIRS), afterMs: fc.integer({ min: 2_000, max: 14_000 }) })
      .map(({ pair: [from, heir], afterMs }) => ({ kind: 'swap' as const, service: from, heir, afterMs })),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('stop' as const), service, nth }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('crash' as const), service, nth }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('deploy' as const), service }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('spot' as const), service, nth }) },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant('container-ends' as const), nth, sidecarStays: fc.boolean() }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('standby' as const), service, nth, on: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('repeat' as const), service, nth }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('put' as const),
      group: fc.oneof(group, fc.constant('exclusive' as const)),
      what: fc.constantFrom(...PUTS),
      nth,
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('drop' as const), group, nth }) },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant('tag' as const), group, edit: fc.constantFrom(...TAG_EDITS) }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('tag' as const),
      group: fc.constantFrom('web' as const, 'both' as const, 'api' as const, 'exclusive' as const),
      edit: fc.constant('mistyped-exclusive' as const),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('delete' as const), group, stillTagged: fc.boolean() }) },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('trouble' as const),
      failure: fc.constantFrom(...TROUBLES),
      probability: fc.integer({ min: 5, max: 60 }),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('slow' as const), latencyMs: fc.nat(2_500) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('blind' as const), to: fc.constantFrom(...BLINDNESS) }) },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('kill' as const),
      call: fc.integer({ min: 1, max: 30 }),
      done: fc.boolean(),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('hour-of-blindness' as const) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('calm' as const) }) },
  /** All is well for a while, and must be right at its end; then what ailed from the beginning ails again. */
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('rest' as const) }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('sweep' as const) }) },
);

/** Something that happens. */
export type Happening = typeof what extends fc.Arbitrary<infer T> ? T : never;

const thenMs = fc.oneof(
  { weight: 6, arbitrary: fc.nat(15_000) },
  { weight: 2, arbitrary: fc.nat(70_000) },
  { weight: 1, arbitrary: fc.integer({ min: 60_000, max: 400_000 }) },
);

/** A fleet, an AWS with its whims, and what happens to them: the whole of a run. */
const life = fc.record({
  seed: fc.nat(1_000_000_000),
  groups: fc.subarray([...GROUPS], { minLength: 2 }),
  counts: fc.array(fc.nat(3), { minLength: SERVICES.length, maxLength: SERVICES.length }),
  happenings: fc.array(fc.record({ what, thenMs }), { minLength: 3, maxLength: 16 }),
  /** What ails AWS from the beginning. */
  weather,
  drainingFails: fc.boolean(),
  lateMs: fc.oneof(fc.nat(3_000), fc.nat(120_000)),
  repeated: fc.integer({ min: 0, max: 50 }),
  lost: fc.integer({ min: 0, max: 60 }),
  jitter: fc.integer({ min: 0, max: 100 }),
  /** How long a task is PENDING: images may take long to come. */
  pendingMs: fc.oneof(fc.constant(6_000), fc.integer({ min: 6_000, max: 60_000 })),
  delaySeconds: fc.constantFrom(0, 30, 120, 300),
  releaseAddress: fc.constantFrom('stopped' as const, 'deprovisioning' as const),
  reuse: fc.constantFrom('newest' as const, 'oldest' as const),
  drainingTarget: fc.constantFrom('refuse' as const, 'rejoin' as const),
});

export type Life = typeof life extends fc.Arbitrary<infer T> ? T : never;

/** The life that a seed stands for: the same one every time. */
export const lifeOf = (seed: number): Life => {
  const [drawn] = fc.sample(life, { seed, numRuns: 1 });
  if (drawn === undefined) throw new Error(`no life could be drawn from seed ${seed}`);
  return drawn;
};
