import { createTokenBucket } from '../../shared/aws/token-bucket.ts';
import { AwsError } from '../../simulator/errors.ts';
import { addressOf, type Fleet, PORT } from './fleet.ts';

// All figures: https://github.com/kubernetes-sigs/aws-load-balancer-controller, pkg/targetgroupbinding/targets_manager.go,
// pkg/aws/throttle/defaults.go, and its default of --targetgroupbinding-max-concurrent-reconciles.
const WORKERS = 3;
const TARGETS_PER_CALL = 200;
const KEPT_MS = 5 * 60_000;
const REGISTRATIONS = { burst: 20, ratePerSecond: 4 };
const ALL_CALLS = { burst: 40, ratePerSecond: 10 };
const RETRY_MS = 1_000;

interface Known {
  readonly atMs: number;
  /** Address → state, as last told. */
  targets: Map<string, string>;
}

/**
 * The algorithm of the AWS Load Balancer Controller: a queue of groups in which each is once, three workers, and a group
 * is brought to what is wanted as a whole: targets that are too many out, then those that are missing in, 200 per call.
 * It keeps what it knows of a group for five minutes and reads only the targets again that were not healthy. Its client
 * holds itself to AWS's call budgets, all of them. What is wanted it knows at once and for certain, as a controller does
 * that watches its own cluster; Taskwire must ask ECS.
 * Left out, since they only cost calls: readiness gates, security groups, checkpoints.
 */
export const startFullReconcile = ({ world, groups, services }: Fleet): void => {
  const { bus, clock, ecs } = world;
  const registrations = createTokenBucket({ clock, ...REGISTRATIONS });
  const calls = createTokenBucket({ clock, ...ALL_CALLS });
  const byName = new Map(services.map((service) => [service.name, service]));
  const known = new Map<string, Known>();
  const queue = new Set<string>();
  const busy = new Set<string>();
  let workers = 0;
  const turn = async (...buckets: readonly (typeof calls)[]): Promise<void> => {
    for (const bucket of buckets) await bucket.take({ rank: 0, sinceMs: clock.nowMs() });
  };

  const read = async (arn: string): Promise<Known> => {
    const kept = known.get(arn);
    const isKept = kept !== undefined && clock.nowMs() - kept.atMs < KEPT_MS;
    const unsettled = isKept ? [...kept.targets].filter(([, state]) => state !== 'healthy').map(([id]) => id) : [];
    if (isKept && unsettled.length === 0) return kept;
    await turn(calls);
    const { TargetHealthDescriptions } = await world.call('elasticloadbalancing:DescribeTargetHealth', {
      TargetGroupArn: arn,
      ...(isKept && { Targets: unsettled.map((Id) => ({ Id, Port: PORT })) }),
    });
    const now: Known = isKept ? kept : { atMs: clock.nowMs(), targets: new Map() };
    for (const id of unsettled) now.targets.delete(id);
    for (const { Target, TargetHealth } of TargetHealthDescriptions ?? []) {
      if (TargetHealth.State !== 'unused') now.targets.set(Target.Id, TargetHealth.State);
    }
    known.set(arn, now);
    return now;
  };

  const change = async (what: 'Register' | 'Deregister', arn: string, ids: readonly string[]): Promise<void> => {
    const { targets } = known.get(arn) ?? { targets: new Map<string, string>() };
    for (let at = 0; at < ids.length; at += TARGETS_PER_CALL) {
      const part = ids.slice(at, at + TARGETS_PER_CALL);
      await turn(registrations, calls);
      const Targets = part.map((Id) => ({ Id, Port: PORT }));
      await world.call(`elasticloadbalancing:${what}Targets`, { TargetGroupArn: arn, Targets });
      for (const id of part) targets.set(id, 'unknown');
    }
  };

  const reconcile = async (name: string): Promise<void> => {
    const service = byName.get(name);
    const group = groups.get(name);
    if (service === undefined || group === undefined) return;
    const { targets } = await read(group.arn);
    const wanted = new Set(
      ecs
        .tasksOf(service.arn)
        .filter(({ lastStatus, desiredStatus }) => lastStatus === 'RUNNING' && desiredStatus === 'RUNNING')
        .map(addressOf),
    );
    const present = [...targets].filter(([, state]) => state !== 'draining').map(([id]) => id);
    const tooMany = present.filter((id) => !wanted.has(id));
    const missing = [...wanted].filter((id) => !present.includes(id));
    await change('Deregister', group.arn, tooMany);
    await change('Register', group.arn, missing);
  };

  const work = async (): Promise<void> => {
    if (workers >= WORKERS) return;
    workers++;
    for (;;) {
      const name = [...queue].find((each) => !busy.has(each));
      if (name === undefined) break;
      queue.delete(name);
      busy.add(name);
      try {
        await reconcile(name);
      } catch (error) {
        if (!(error instanceof AwsError)) throw error;
        await clock.sleep(RETRY_MS);
        queue.add(name);
      } finally {
        busy.delete(name);
      }
    }
    workers--;
  };

  bus.listen(({ resources: [taskArn] }) => {
    const task = ecs.tasks.get(taskArn ?? '');
    if (task === undefined || (task.lastStatus !== 'RUNNING' && task.desiredStatus === 'RUNNING')) return;
    queue.add(task.group.replace(/^service:/, ''));
    void work();
  });
};
