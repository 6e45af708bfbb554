import { scheduledEvent } from '../../simulator/delivery.ts';
import type { Whims } from './bend.ts';
import { type Counts, count } from './counts.ts';
import { createFleet } from './fleet.ts';
import { createHappenings } from './happen.ts';
import { judge } from './judge.ts';
import { createLambdas } from './lambdas.ts';
import type { Life } from './life.ts';
import { createTruth } from './truth.ts';
import { type Watch, watchFleet } from './watch.ts';

/** What came of a life. */
export interface LifeReport {
  /** Happenings, events and calls. */
  readonly steps: number;
  readonly faults: Counts;
  readonly histories: Counts;
  /** What must never happen, and what was wrong at the end; empty when all is well. */
  readonly violations: readonly string[];
}

/** Where an event's id stands in its text. */
const ID_AT = '{"version":"0","id":"'.length;
const BATCH_TIMEOUT_MS = 60_000;
const SWEEP_TIMEOUT_MS = 300_000;
/** How far behind the tagging API may be where answers are stale. */
const TAGS_BEHIND_MS = 30_000;

/** Lives a life to its end: everything that happens, then quiet, and two sweeps. Same life, same report. */
export const runLife = async (life: Life): Promise<LifeReport> => {
  const whims: Whims = { latencyMs: 0, stale: false, failures: false, missing: false, pages: false };
  let tagsFail = life.weather.throttled > 0 || life.weather.lost > 0 || life.weather.blind === 'pages';
  let tagsBehindMs = life.weather.blind === 'stale' ? TAGS_BEHIND_MS : 0;
  let watch: Watch | undefined;
  const lambdas = createLambdas(() => fleet.stage, {
    sends: (...call) => watch?.sends(...call),
    answered: (...call) => watch?.answered(...call),
  });
  const heard = { first: 0, again: 0, sentAgain: 0, ids: new Set<string>() };
  const hear = (event: unknown): void => {
    const records: unknown = typeof event === 'object' && event !== null ? Reflect.get(event, 'Records') : [];
    for (const { body, attributes, messageAttributes } of Array.isArray(records) ? records : []) {
      if (attributes.ApproximateReceiveCount !== '1') heard.again++;
      else if (Object.keys(messageAttributes).length > 0) heard.sentAgain++;
      else {
        heard.first++;
        heard.ids.add(String(body).slice(ID_AT, ID_AT + 36));
      }
    }
  };
  const run = async (event: unknown, timeoutMs: number) => {
    const ran = await lambdas.run(event, timeoutMs);
    watch?.ran(ran);
    return ran;
  };
  const fleet = createFleet(life, (event) => {
    hear(event);
    return run(event, BATCH_TIMEOUT_MS);
  });
  const { stage } = fleet;
  const { world } = stage;
  const truth = createTruth(
    world,
    () => tagsFail,
    () => tagsBehindMs,
  );
  for (const group of fleet.groups.values()) truth.wrote(group);
  watch = watchFleet(fleet, truth, whims);
  const { histories, faults } = watch;

  const sweep = async (): Promise<void> => {
    // A sweep that is killed is over; the next one comes by itself.
    await world.clock.until(run(scheduledEvent(world), SWEEP_TIMEOUT_MS).catch(() => undefined));
  };
  const wrong: string[] = [];
  /** Longer than the longest deregistration delay, and than a message waits that a dead instance had; then two sweeps. */
  const settle = async (): Promise<void> => {
    await stage.run(400_000);
    await stage.quiet();
    for (let pass = 0; pass < 2; pass++) {
      await sweep();
      await stage.quiet();
    }
    wrong.push(...judge(fleet, truth));
  };
  const { retags } = watch;
  const happenings = createHappenings({
    fleet,
    life,
    truth,
    lambdas,
    whims,
    histories,
    faults,
    sweep,
    settle,
    retags,
  });
  let told = 0;
  world.bus.listen((event) => {
    if (event['detail-type'] === 'ECS Task State Change' || event.source === 'aws.tag') told++;
  });

  for (const { what, thenMs } of life.happenings) {
    tagsFail ||= what.kind === 'trouble' || (what.kind === 'blind' && what.to === 'pages');
    if (what.kind === 'blind' && what.to === 'stale') tagsBehindMs = TAGS_BEHIND_MS;
    await happenings.happen(what);
    await stage.run(thenMs);
  }
  happenings.rest();
  await settle();

  count(faults, 'instance killed', lambdas.killed);
  count(faults, 'event lost', Math.max(0, told - heard.ids.size));
  count(faults, 'event repeated', heard.first - heard.ids.size);
  count(faults, 'message back', heard.again);
  count(faults, 'message sent again', heard.sentAgain);
  count(histories, 'a message is back after its visibility time-out', heard.again);
  count(histories, 'a frozen timer thaws', lambdas.thawed);
  return {
    steps: life.happenings.length + world.bus.log.length + world.calls.all.length,
    faults,
    histories,
    violations: [...watch.violations, ...wrong],
  };
};
