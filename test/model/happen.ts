import type { Fault } from '../../simulator/faults.ts';
import type { Action } from '../../simulator/shapes.ts';
import type { TargetGroupRecord, TaskRecord } from '../../simulator/state.ts';
import type { Whims } from './bend.ts';
import { type Counts, count } from './counts.ts';
import { type Fleet, USUAL_TAGS } from './fleet.ts';
import type { Lambdas } from './lambdas.ts';
import type { Happening, Life } from './life.ts';
import type { Truth } from './truth.ts';

/** What happenings change. */
export interface Happenings {
  /** Makes one thing happen; where it takes time, moves on. */
  happen(what: Happening): Promise<void>;
  /** AWS and its events are well from now on. */
  rest(): void;
}

/** What the function calls in its ordinary work. */
const CALLS: readonly Action[] = [
  'ecs:ListTasks',
  'ecs:DescribeTasks',
  'ecs:DescribeTaskDefinition',
  'ecs:DescribeContainerInstances',
  'ecs:ListContainerInstances',
  'ecs:ListServices',
  'ecs:DescribeServices',
  'elasticloadbalancing:DescribeTargetGroups',
  'elasticloadbalancing:DescribeTargetHealth',
  'elasticloadbalancing:DescribeTargetGroupAttributes',
  'elasticloadbalancing:RegisterTargets',
  'elasticloadbalancing:DeregisterTargets',
  'tag:GetResources',
  'ec2:DescribeSubnets',
  'ec2:DescribeNetworkInterfaces',
  'events:PutEvents',
  'sqs:SendMessageBatch',
];
const HOUR_MS = 3_600_000;

/** Turns the happenings of a life into calls on its world. */
export const createHappenings = (parts: {
  readonly fleet: Fleet;
  readonly life: Life;
  readonly truth: Truth;
  readonly lambdas: Lambdas;
  readonly whims: Whims;
  readonly histories: Counts;
  readonly faults: Counts;
  readonly sweep: () => Promise<void>;
  /** Lets all come to an end in a world that is well, and judges it. */
  readonly settle: () => Promise<void>;
  /** Before the tags of a group change. */
  readonly retags: (group: TargetGroupRecord) => void;
}): Happenings => {
  const { fleet, life, truth, lambdas, whims, histories, faults: counts } = parts;
  const { stage, groups, services } = fleet;
  const { ecs, faults, network, targetGroups } = stage.world;
  const standing: { readonly name: string; readonly fault: Fault }[] = [];

  const taskOf = (service: Parameters<Fleet['live']>[0], nth: number): TaskRecord | undefined =>
    fleet.live(service)[nth];
  const settleFaults = (): void => {
    for (const { name, fault } of standing.splice(0)) {
      count(counts, name, fault.hits);
      fault.remove();
    }
  };
  const trouble = (name: 'throttled' | 'broken' | 'unanswered' | 'lost', probability: number): void => {
    for (const action of CALLS) standing.push({ name, fault: faults.add({ action, failure: name, probability }) });
  };
  const slow = (latencyMs: number): void => {
    whims.latencyMs = latencyMs;
    for (const action of CALLS) standing.push({ name: 'slow', fault: faults.add({ action, latencyMs }) });
  };
  /** Listings stop half way. */
  const breakPages = (): void => {
    const broken = { failure: 'broken', probability: 0.6 } as const;
    const name = 'listing stopped half way';
    standing.push(
      {
        name,
        fault: faults.add({ action: 'ecs:ListTasks', ...broken, when: ({ nextToken }) => nextToken !== undefined }),
      },
      {
        name,
        fault: faults.add({ action: 'tag:GetResources', ...broken, when: ({ PaginationToken }) => !!PaginationToken }),
      },
    );
  };
  const see = (): void => {
    ecs.times.newTaskMissingMs = 0;
    ecs.times.listLagMs = 0;
    whims.stale = false;
    whims.failures = false;
    whims.missing = false;
    whims.pages = false;
  };
  const blind = (to: Life['weather']['blind']): void => {
    see();
    if (to === 'tasks') ecs.times.newTaskMissingMs = 240_000;
    if (to === 'listings') ecs.times.listLagMs = 300_000;
    whims.stale = to === 'stale';
    whims.failures = to === 'failures';
    whims.missing = to === 'missing';
    whims.pages = to === 'pages';
    if (whims.pages) breakPages();
  };

  const edit = (what: Extract<Happening, { kind: 'tag' }>): void => {
    const group = groups.get(what.group);
    if (group === undefined || group.deleted || what.group === 'plain') return;
    const usual = USUAL_TAGS[what.group];
    const wired = usual['taskwire:service'] ?? '';
    parts.retags(group);
    switch (what.edit) {
      case 'mistyped':
        targetGroups.tag(group.arn, { 'taskwire:service': 'production/wbe' });
        break;
      // The second mistake comes with the first.
      case 'mistyped-exclusive':
        targetGroups.tag(group.arn, { 'taskwire:service': 'production/wbe', 'taskwire:targets': 'exclusive' });
        break;
      case 'wrong':
        targetGroups.tag(group.arn, { 'taskwire:port': 'http' });
        break;
      case 'exclusive':
        targetGroups.tag(group.arn, { 'taskwire:targets': 'exclusive' });
        break;
      case 'shared':
        targetGroups.tag(group.arn, { 'taskwire:targets': 'shared' });
        break;
      case 'observe':
        targetGroups.tag(group.arn, { 'taskwire:mode': 'observe' });
        break;
      case 'port':
        targetGroups.tag(group.arn, { 'taskwire:port': group.tags.get('taskwire:port') === '9090' ? '8080' : '9090' });
        break;
      case 'more':
        targetGroups.tag(group.arn, {
          'taskwire:service.2': wired.includes('api') ? 'production/web' : 'production/api',
        });
        break;
      case 'usual':
        targetGroups.untag(
          group.arn,
          [...group.tags.keys()].filter((key) => !(key in usual)),
        );
        targetGroups.tag(group.arn, usual);
        break;
      case 'gone':
        targetGroups.untag(group.arn, [...group.tags.keys()]);
        break;
    }
    truth.wrote(group);
    const mistyped = group.tags.get('taskwire:service') === 'production/wbe';
    if (mistyped && group.tags.get('taskwire:targets') === 'exclusive' && group.targets.size > 0) {
      count(histories, 'a mistyped tag under exclusive');
    }
  };

  /** A person puts each once: that it was gone meanwhile, nobody could tell. */
  const placed = new Set<string>();
  const place = (group: TargetGroupRecord, target: { id: string; port: number; zone?: string }): void => {
    const key = `${group.arn} ${target.id} ${target.port}`;
    if (placed.has(key)) return;
    placed.add(key);
    targetGroups.put(group.arn, target);
  };
  const put = ({ group: name, what, nth }: Extract<Happening, { kind: 'put' }>): void => {
    const group = groups.get(name);
    if (group === undefined || group.deleted) return;
    if (group.targetType === 'instance') {
      place(group, { id: 'i-0a', port: 9_000 + nth });
      return;
    }
    if (what === 'proxy') {
      const subnetId = group.vpcId === stage.vpcId ? stage.subnetId : 'subnet-0b';
      const own = network.addInterface({ subnetId, description: 'a proxy' });
      place(group, { id: own.ipv4 ?? '', port: 8080 });
    } else if (what === 'task') {
      const address = taskOf('stranger', nth)?.attachment?.interface?.ipv4;
      if (address !== undefined) place(group, { id: address, port: 8080 });
    } else if (what === 'nobody') {
      place(group, { id: `10.0.200.${nth}`, port: 8080 });
    } else place(group, { id: `192.168.7.${nth}`, port: 8080, zone: 'all' });
  };

  const act = (what: Happening): void => {
    switch (what.kind) {
      case 'scale': {
        const { arn } = services.get(what.service) ?? { arn: '' };
        ecs.updateService(arn, { desiredCount: what.to });
        return;
      }
      case 'deploy': {
        const taskDefinition = what.service === 'edge' ? 'edge' : 'front';
        ecs.updateService(services.get(what.service)?.arn ?? '', { taskDefinition });
        return;
      }
      case 'stop':
      case 'crash':
      case 'spot':
      case 'repeat':
      case 'standby': {
        const task = taskOf(what.service, what.nth);
        if (task === undefined) return;
        if (what.kind === 'stop') ecs.stopTask(task.arn);
        else if (what.kind === 'crash') ecs.crashTask(task.arn);
        else if (what.kind === 'spot') ecs.interruptSpot(task.arn);
        else if (what.kind === 'repeat') ecs.repeatEvent(task.arn);
        else {
          truth.stoodBy(task);
          if (what.on) ecs.tagTask(task.arn, { 'taskwire:standby': 'true' });
          else task.tags.delete('taskwire:standby');
        }
        return;
      }
      case 'container-ends': {
        const task = taskOf('edge', what.nth);
        if (task === undefined) return;
        if (!what.sidecarStays) ecs.exitContainer(task.arn, 'web');
        else {
          ecs.delayStop(task.arn, 'log', 90_000);
          ecs.stopTask(task.arn);
        }
        return;
      }
      case 'put':
        put(what);
        return;
      case 'drop': {
        const group = groups.get(what.group);
        const target = [...(group?.targets.values() ?? [])][what.nth];
        if (group !== undefined && target !== undefined) targetGroups.drop(group.arn, target);
        return;
      }
      case 'tag':
        edit(what);
        return;
      case 'delete': {
        const group = groups.get(what.group);
        if (group === undefined || group.deleted || what.group === 'plain') return;
        parts.retags(group);
        targetGroups.delete(group.arn, { stillTagged: what.stillTagged });
        return;
      }
      case 'trouble':
        trouble(what.failure, what.probability / 100);
        return;
      case 'slow':
        slow(what.latencyMs);
        return;
      case 'blind':
        blind(what.to);
        return;
      case 'kill':
        lambdas.killAt(what.call, what.done);
        return;
      case 'calm':
        calm();
        return;
      case 'sweep':
      case 'swap':
      case 'rest':
      case 'hour-of-blindness':
        return;
    }
  };

  const calm = (): void => {
    settleFaults();
    whims.latencyMs = 0;
    see();
    lambdas.spare();
  };

  /** A service gives up a task, and another one, or the same, starts one as its address or port becomes free. */
  const swap = async (what: Extract<Happening, { kind: 'swap' }>): Promise<void> => {
    const [from, to] = [what.service, what.heir ?? what.service].map((name) => services.get(name));
    if (from === undefined || to === undefined) return;
    ecs.updateService(from.arn, { desiredCount: Math.max(0, from.desiredCount - 1) });
    await stage.run(what.afterMs);
    ecs.updateService(to.arn, { desiredCount: to.desiredCount + 1 });
  };

  const { trouble: onTheBus } = stage.delivery;
  const rest = (): void => {
    calm();
    onTheBus.lost = 0;
    onTheBus.repeated = 0;
    onTheBus.lateMs = [0, 0];
  };
  /** What ails from the beginning. */
  const ail = (): void => {
    const { weather } = life;
    if (weather.throttled > 0) trouble('throttled', weather.throttled / 100);
    if (weather.lost > 0) trouble('lost', weather.lost / 100);
    if (weather.latencyMs > 0) slow(weather.latencyMs);
    blind(weather.blind);
    onTheBus.lost = life.lost / 100;
    onTheBus.repeated = life.repeated / 100;
    onTheBus.lateMs = [0, life.lateMs];
  };
  ail();
  if (life.drainingFails) {
    faults.after('elasticloadbalancing:DeregisterTargets', ({ TargetGroupArn }) => {
      for (const target of targetGroups.groups.get(TargetGroupArn)?.targets.values() ?? []) {
        if (target.drainsUntilMs !== undefined) target.forced = 'unhealthy.draining';
      }
    });
  }

  return {
    happen: async (what) => {
      if (what.kind === 'sweep') await parts.sweep();
      else if (what.kind === 'swap') await swap(what);
      else if (what.kind === 'rest') {
        rest();
        await parts.settle();
        ail();
      } else if (what.kind === 'hour-of-blindness') {
        onTheBus.lost = 1;
        await stage.run(HOUR_MS);
        onTheBus.lost = life.lost / 100;
        count(histories, 'an hour of blindness');
      } else act(what);
    },
    rest,
  };
};
