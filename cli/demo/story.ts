import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { renderAuditPage } from '../../shared/report/page/page.tsx';
import { EMPTY, type Line, line, paint } from '../../shared/report/terminal/text.ts';
import { createDelivery, scheduledEvent } from '../../simulator/delivery.ts';
import type { TaskRecord } from '../../simulator/state.ts';
import { serveWorld } from '../../simulator/wire/server.ts';
import type { Terminal } from '../cli.ts';
import { auditWorld } from './audit.ts';
import { addressOf, createShop, type Shop } from './fleet.ts';
import { createInstances } from './instances.ts';
import { createRecorder } from './recorder.ts';
import { holdWhileDeploying, raiseForSpot, scaleByTags, wantsScalingEvents } from './scaling-acts.ts';
import { pause, running, type Stage, until } from './stage.ts';
import { linesOf, type Told } from './tell.ts';
import { createTracing } from './tracing.ts';
import { attachCollector } from './tracing-acts.ts';

/** What the demo works with. */
export interface DemoTools {
  readonly terminal: Terminal;
  /** File URLs of the built functions. */
  readonly bundles: Readonly<Record<'registerTargets' | 'adjustScaling' | 'verifyXray' | 'remediate', URL>>;
  /** Writes the page of the run. @returns What to tell of it. */
  readonly writePage: (html: string) => Promise<string>;
  /** Of the tool. */
  readonly version: string;
  /** Aborted when the person gives up. */
  readonly signal: AbortSignal;
}

const TIMEOUT_MS = 60_000;
const TELL_EVERY_MS = 400;
/** Ten looks in a second of the story: shorter gaps than that are no gaps. */
const LOOK_EVERY_MS = 100;
const start = async ({ shop, act, say, isRight }: Stage): Promise<void> => {
  act(
    'A fleet starts',
    'Five services and a standalone task. Tags on six target groups say whose tasks belong into them.',
  );
  await until(() => shop.world.audit().tasks === 18 && isRight());
  say(`A person has put ${shop.persons}:8080 into web by hand. It is not a task's, so it stays.`);
};

const scaleUp = async ({ shop, act, isRight }: Stage): Promise<void> => {
  act(
    'The service web scales from 6 to 12 tasks',
    'Each new task goes into both of its groups, web and admin, on its own port.',
  );
  shop.world.ecs.updateService(shop.web.arn, { desiredCount: 12 });
  await until(() => running(shop, shop.web.arn).length === 12 && isRight());
};

const loseSpot = async ({ shop, act, say, seconds, isRight, leftAtMs }: Stage): Promise<void> => {
  act(
    'AWS takes 3 Spot tasks of checkout back',
    'The notice comes before the end; the targets leave with the notice, and new tasks take their place.',
  );
  const lost = running(shop, shop.checkout.arn).slice(0, 3);
  const addresses = lost.flatMap((task) => addressOf(task) ?? []);
  for (const { arn } of lost) shop.world.ecs.interruptSpot(arn);
  await until(() => addresses.every((id) => leftAtMs('checkout', id) !== undefined));
  await until(() => lost.every(({ lastStatus }) => lastStatus !== 'RUNNING'));
  const endedAtMs = shop.world.clock.nowMs();
  const early = addresses.map((id) => endedAtMs - (leftAtMs('checkout', id) ?? endedAtMs));
  say(`Their targets had left ${seconds(Math.min(...early))} before the tasks ended.`);
  await until(() => running(shop, shop.checkout.arn).length === 4 && isRight());
};

const reuse = async ({ shop, act, say, seconds, isRight, leftAtMs, remember }: Stage): Promise<void> => {
  act(
    'web shrinks to 6, api grows to 9',
    'AWS gives the addresses of the stopped tasks to the new ones, on the same port: the moment that sends customers to a stranger.',
  );
  const stopped = new Map<string, TaskRecord>();
  const before = running(shop, shop.web.arn);
  shop.world.ecs.updateService(shop.web.arn, { desiredCount: 6 });
  for (const task of before) {
    const id = addressOf(task);
    if (id !== undefined) stopped.set(id, task);
  }
  await until(() => running(shop, shop.web.arn).length === 6 && shop.world.ecs.tasksOf(shop.web.arn).length === 6);
  shop.world.ecs.updateService(shop.api.arn, { desiredCount: 9 });
  await until(() => running(shop, shop.api.arn).length === 9 && isRight());
  const heirs = running(shop, shop.api.arn).flatMap((heir) => {
    const id = addressOf(heir);
    const former = id === undefined ? undefined : stopped.get(id);
    return id === undefined || former === undefined || former.lastStatus !== 'STOPPED' ? [] : [{ id, heir, former }];
  });
  const [first] = heirs;
  if (first === undefined) return;
  remember(first.former);
  const left = leftAtMs('web', first.id);
  const inherited = shop.world.bus.log.find(
    (event) => event.resources.includes(first.heir.arn) && JSON.stringify(event.detail).includes(first.id),
  );
  const gap = left === undefined || inherited === undefined ? undefined : Date.parse(inherited.time) - left;
  say(
    `${heirs.length} addresses changed hands. ${first.id} left web${gap === undefined || gap < 0 ? '' : ` ${seconds(gap)} before api had it`}, and is in api now.`,
  );
};

const lateEvent = async ({ shop, act, say, delivery, remembered }: Stage): Promise<void> => {
  act(
    'An old event comes late, and a broken one',
    'EventBridge may repeat, delay and reorder events. The last word of a stopped task must not harm its heir.',
  );
  const before = shop.world.calls.mutating().length;
  const runs = delivery.invocations.length;
  for (const { arn } of remembered) shop.world.ecs.repeatEvent(arn);
  shop.world.bus.send({
    source: 'aws.ecs',
    detailType: 'ECS Task State Change',
    resources: [],
    detail: { lastStatus: 7 },
  });
  await until(() => delivery.invocations.length > runs && delivery.idle, 8_000);
  const changes = shop.world.calls.mutating().length - before;
  say(changes === 0 ? 'Nothing changed: the address is held by a live task of api.' : `${changes} changes were made.`);
};

const lostEvents = async ({ shop, act, say, sweep, delivery, isRight }: Stage): Promise<void> => {
  act(
    'Events get lost',
    'A task of web crashes and no event comes. Its target is stale until the sweep compares everything (every 5 minutes).',
  );
  delivery.trouble.lost = 1;
  const [victim] = running(shop, shop.web.arn);
  if (victim === undefined) return;
  shop.world.ecs.crashTask(victim.arn);
  await until(() => victim.lastStatus === 'STOPPED' && running(shop, shop.web.arn).length === 6);
  delivery.trouble.lost = 0;
  const { missing, stale } = shop.world.audit();
  say(`Before the sweep: ${missing.length} missing, ${stale.length} stale.`);
  await sweep();
  await until(isRight);
};

const wrongTag = async ({ shop, act, sweep }: Stage): Promise<void> => {
  act(
    'Somebody mistypes a tag',
    'A tag that cannot be understood changes nothing, and says what a right one looks like.',
  );
  shop.world.targetGroups.add({
    name: 'mistyped',
    vpcId: 'vpc-shop',
    port: 8080,
    tags: { 'taskwire:service': 'shop/web,shop/api' },
  });
  await sweep();
  await pause(TELL_EVERY_MS);
};

const SCENES: readonly ((stage: Stage) => Promise<void>)[] = [
  start,
  scaleUp,
  attachCollector,
  loseSpot,
  reuse,
  lateEvent,
  lostEvents,
  wrongTag,
  scaleByTags,
  holdWhileDeploying,
  raiseForSpot,
];

/** What the story's events say, in the order they came. */
const createTeller = (shop: Shop, sinceMs: number, write: (lines: readonly Line[]) => void) => {
  const told: Told[] = [];
  const left = new Map<string, number>();
  let printed = 0;
  shop.world.bus.listen((event) => {
    if (event.source !== 'taskwire') return;
    const detail: Readonly<Record<string, unknown>> = { ...event.detail };
    told.push({ atMs: shop.world.clock.nowMs(), detailType: event['detail-type'], detail });
  });
  // When a change was made is the call's time; the event comes after.
  shop.world.faults.after('elasticloadbalancing:DeregisterTargets', ({ TargetGroupArn, Targets }) => {
    const name = shop.world.targetGroups.groups.get(TargetGroupArn)?.name ?? '';
    for (const { Id } of Targets) left.set(`${name} ${Id}`, shop.world.clock.nowMs());
  });
  const flush = (): void => {
    const fresh = told.slice(printed);
    printed = told.length;
    write(linesOf(fresh, sinceMs));
  };
  let acts = 0;
  return {
    flush,
    leftAtMs: (group: string, id: string) => left.get(`${group} ${id}`),
    act: (title: string, text: string) => {
      flush();
      write([EMPTY, line(`${++acts}. ${title}`, 'strong'), line(text, 'dim', 3)]);
    },
    say: (text: string) => {
      flush();
      write([line(text, undefined, 3)]);
    },
  };
};

const summaryOf = (shop: Shop): readonly Line[] => {
  const counts = Object.entries(shop.world.calls.counts()).toSorted(([, a], [, b]) => b - a);
  return counts.map(([action, count]) => line(`${String(count).padStart(4)} ${action}`, 'dim', 3));
};

/**
 * Runs the main job without an AWS account: an embedded AWS on loopback, a small fleet, and the built functions
 * reacting to its events.
 * @returns The exit code: 0 only if nothing is missing, stale or wrong at the end.
 */
export const runDemo = async ({ terminal, bundles, writePage, version, signal }: DemoTools): Promise<number> => {
  const write = (lines: readonly Line[]): void => terminal.out(paint(lines, terminal.outLook));
  const missingBundle = Object.values(bundles).find((bundle) => !existsSync(bundle));
  if (missingBundle !== undefined) {
    terminal.note(
      paint(
        [line(`The built function is not there (${fileURLToPath(missingBundle)}). Build it with: npm run build`)],
        terminal.noteLook,
      ),
    );
    return 3;
  }
  const shop = createShop();
  const { world } = shop;
  const startedMs = world.clock.nowMs();
  const wire = await serveWorld(world);
  const stopClock = world.clock.follow(1);
  const env = {
    AWS_ENDPOINT_URL: wire.endpoint,
    AWS_REGION: world.region,
    AWS_ACCESS_KEY_ID: 'demo',
    AWS_SECRET_ACCESS_KEY: 'demo',
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
  };
  const failures = world.queues.add({ name: 'register-targets-failed' });
  const queue = world.queues.add({ name: 'register-targets', visibilityMs: 6 * TIMEOUT_MS, failureQueue: failures });
  const instances = createInstances(bundles.registerTargets, {
    ...env,
    TASKWIRE_QUEUE_URL: wire.queueUrl(queue.url),
    TASKWIRE_FAILURE_QUEUE_URL: wire.queueUrl(failures.url),
  });
  const delivery = createDelivery(world, {
    queue,
    windowMs: 300,
    timeoutMs: TIMEOUT_MS,
    trouble: { lateMs: [20, 250], repeated: 0.15 },
    handler: (event, context) => instances.invoke(event, context.getRemainingTimeInMillis()),
  });
  // One writer of scaling at a time: a FIFO queue with one group.
  const fifo = { contentBasedDeduplication: true, visibilityMs: 6 * TIMEOUT_MS };
  const scalingFailures = world.queues.add({ name: 'adjust-scaling-failed.fifo', contentBasedDeduplication: true });
  const scalingQueue = world.queues.add({ name: 'adjust-scaling.fifo', ...fifo, failureQueue: scalingFailures });
  const scalingInstances = createInstances(bundles.adjustScaling, {
    ...env,
    TASKWIRE_QUEUE_URL: wire.queueUrl(scalingQueue.url),
    TASKWIRE_FAILURE_QUEUE_URL: wire.queueUrl(scalingFailures.url),
  });
  const scalingDelivery = createDelivery(world, {
    queue: scalingQueue,
    functionName: 'adjust-scaling',
    wants: wantsScalingEvents,
    timeoutMs: TIMEOUT_MS,
    trouble: { lateMs: [20, 250] },
    handler: (event, context) => scalingInstances.invoke(event, context.getRemainingTimeInMillis()),
  });
  const tracing = createTracing(world, bundles, env, wire.queueUrl);
  const teller = createTeller(shop, startedMs, write);
  const recorder = createRecorder(world);
  // Idle too: the function tells the bus of its changes before it ends.
  const isRight = (): boolean => {
    const { missing, stale, wrong } = world.audit();
    return missing.length + stale.length + wrong.length === 0 && delivery.idle;
  };
  const remembered: TaskRecord[] = [];
  const stage: Stage = {
    shop,
    remembered,
    remember: (task) => remembered.push(task),
    delivery,
    instances,
    tracing,
    act: (title, text) => {
      recorder.chapter(title);
      teller.act(title, text);
    },
    say: teller.say,
    isRight,
    scalingIsIdle: () => scalingDelivery.idle,
    leftAtMs: teller.leftAtMs,
    seconds: (ms) => `${(ms / 1000).toFixed(1)} s`,
    sweep: async () => {
      await instances.invoke(scheduledEvent(world), TIMEOUT_MS);
    },
  };

  const intro = [
    `This is an embedded AWS on ${wire.endpoint}: it needs no account, and nothing leaves this machine.`,
    'The functions that react are the bundles that deploy (dist/functions).',
    'Tasks start and stop about ten times faster than on AWS.',
  ];
  write([
    line(
      'Taskwire keeps every ECS task wired: to its target groups, its auto scaling and its trace collector.',
      'strong',
    ),
    line(intro.join(' ')),
  ]);
  const telling = setInterval(teller.flush, TELL_EVERY_MS);
  const looking = setInterval(recorder.look, LOOK_EVERY_MS);
  try {
    for (const scene of SCENES) {
      signal.throwIfAborted();
      await scene(stage);
    }
  } finally {
    clearInterval(telling);
    clearInterval(looking);
    recorder.look();
    teller.flush();
    delivery.stop();
    scalingDelivery.stop();
    stopClock();
    await Promise.all([instances.close(), scalingInstances.close(), tracing.close()]);
    await wire.close();
  }

  const { tasks, groups, missing, stale, wrong } = world.audit();
  const lost = failures.messages.length + scalingFailures.messages.length + tracing.failures.messages.length;
  const seconds = ((world.clock.nowMs() - startedMs) / 1000).toFixed(0);
  write([EMPTY, line(`The functions' AWS calls in these ${seconds} s:`, 'strong'), ...summaryOf(shop), EMPTY]);
  if (lost > 0) write([line(`${lost} messages ended in the failure queue.`, 'warn')]);
  const timeline = recorder.timeline();
  const report = await auditWorld(world, world.calls.counts());
  const page = await writePage(await renderAuditPage(report, { version, timeline }));
  write([line(page), EMPTY]);
  // One line, however narrow the terminal is: scripts read it.
  terminal.out(
    `wired: ${tasks} tasks in ${groups} target groups, ${missing.length} missing, ${stale.length} stale, ${wrong.length} wrong\n`,
  );
  return missing.length + stale.length + wrong.length === 0 ? 0 : 1;
};
