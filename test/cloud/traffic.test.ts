import { setTimeout as wait } from 'node:timers/promises';
import { CreateSubnetCommand, CreateVpcCommand, EC2Client } from '@aws-sdk/client-ec2';
import {
  CreateClusterCommand,
  CreateServiceCommand,
  ECSClient,
  RegisterTaskDefinitionCommand,
  type Task,
} from '@aws-sdk/client-ecs';
import {
  AddTagsCommand,
  CreateListenerCommand,
  CreateLoadBalancerCommand,
  CreateTargetGroupCommand,
  DescribeTargetHealthCommand,
  ElasticLoadBalancingV2Client,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { deployStack } from './deployed-stack.ts';
import { type FailedRequest, type LoadResult, underLoad } from './load.ts';
import { freeEndpoint, type Ministack, ministackSettings, startMinistack } from './ministack.ts';
import { type MinistackFront, startMinistackFront } from './ministack-front.ts';
import { type PlayedFront, startPlayedFront } from './played-front.ts';
import { hasLoopbackRange, type PlayedService, type PlayedTask, playService } from './played-service.ts';
import { present } from './present.ts';
import { describeWithPython } from './with-python.ts';

const CLUSTER = 'production';
const SERVICE = 'shop';
const FEW = 4;
const MANY = 20;
/** Above the 50 that are asked for, so that a busy machine still sends as many. */
const REQUESTS_PER_SECOND = 56;
/** Above the 60 that are asked for: a timer may fire a moment before its time by another clock. */
const LOAD_MS = 61_000;
/** Fewer than all tasks of the story need, so that addresses come again. */
const ADDRESSES = Array.from({ length: 48 }, (_, index) => `127.77.0.${index + 1}`);
const SETTLED_MS = 30_000;

jest.setTimeout(150_000);

const percentile = (values: readonly number[], percent: number): number => {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil((percent / 100) * sorted.length) - 1)] ?? Number.NaN;
};

const told = (values: readonly number[]): string =>
  `p50 ${percentile(values, 50)} ms, p99 ${percentile(values, 99)} ms, most ${Math.max(...values)} ms (${values.length})`;

// What is real here: HTTP, the rules, queue, polling and processes of ministack, the package that deploys. What is
// played, and by what: tasks and ECS's events about them (played-service.ts), who has an address (played-front.ts).
// What ministack's ALB does not do: health checks (a target serves from the moment it is registered, and one that is
// dead is tried until it is deregistered) and draining (a target that is deregistered gets nothing more at once). Its
// polling knows no batching window: on AWS the latencies are up to that second longer.
describeWithPython('real traffic through ministack’s load balancer', (python) => {
  let ministack: Ministack;
  let fronts: readonly [MinistackFront, PlayedFront];
  let elb: ElasticLoadBalancingV2Client;
  let ecs: ECSClient;
  let ec2: EC2Client;
  let bus: EventBridgeClient;
  let service: PlayedService;
  let url: string;
  let group: string;
  let revisions: readonly string[];
  let missing: string | undefined;

  beforeAll(async () => {
    if (!(await hasLoopbackRange(present(ADDRESSES[0])))) {
      missing = `no loopback address beside 127.0.0.1 (${ADDRESSES[0]})`;
      return;
    }
    const endpoint = await freeEndpoint();
    const port = Number(new URL(await freeEndpoint()).port);
    const ministackFront = await startMinistackFront(endpoint);
    const playedFront = await startPlayedFront(ministackFront.endpoint);
    fronts = [ministackFront, playedFront];
    ministack = await startMinistack(python, endpoint, playedFront.endpoint);
    const settings = ministackSettings(endpoint);
    elb = new ElasticLoadBalancingV2Client(settings);
    ecs = new ECSClient(settings);
    ec2 = new EC2Client(settings);
    bus = new EventBridgeClient(settings);
    await deployStack(endpoint, { clusters: CLUSTER });

    const vpcId = present((await ec2.send(new CreateVpcCommand({ CidrBlock: '127.77.0.0/16' }))).Vpc?.VpcId);
    const { Subnet } = await ec2.send(new CreateSubnetCommand({ VpcId: vpcId, CidrBlock: '127.77.0.0/24' }));
    const subnetId = present(Subnet?.SubnetId);
    await ecs.send(new CreateClusterCommand({ clusterName: CLUSTER }));
    revisions = [await registerRevision(port), await registerRevision(port), await registerRevision(port)];
    await ecs.send(
      new CreateServiceCommand({ cluster: CLUSTER, serviceName: SERVICE, taskDefinition: SERVICE, desiredCount: 0 }),
    );
    const made = await elb.send(
      new CreateTargetGroupCommand({ Name: SERVICE, Protocol: 'HTTP', Port: 80, VpcId: vpcId, TargetType: 'ip' }),
    );
    group = present(made.TargetGroups?.[0]?.TargetGroupArn);
    const Tags = [{ Key: 'taskwire:service', Value: `${CLUSTER}/${SERVICE}` }];
    await elb.send(new AddTagsCommand({ ResourceArns: [group], Tags }));
    const balancer = await elb.send(new CreateLoadBalancerCommand({ Name: SERVICE, Subnets: [subnetId] }));
    await elb.send(
      new CreateListenerCommand({
        LoadBalancerArn: present(balancer.LoadBalancers?.[0]?.LoadBalancerArn),
        Protocol: 'HTTP',
        Port: 80,
        DefaultActions: [{ Type: 'forward', TargetGroupArn: group }],
      }),
    );
    url = `${endpoint}/_alb/${SERVICE}/`;
    service = playService({ cluster: CLUSTER, service: SERVICE, subnetId, port, addresses: ADDRESSES, tell });
    playedFront.play(service, vpcId);
  }, 180_000);

  afterAll(async () => {
    await service?.close();
    for (const client of [elb, ecs, ec2, bus]) client?.destroy();
    for (const front of fronts ?? []) await front.close();
    await ministack?.stop();
  });

  const registerRevision = async (port: number): Promise<string> => {
    const { taskDefinition } = await ecs.send(
      new RegisterTaskDefinitionCommand({
        family: SERVICE,
        networkMode: 'awsvpc',
        requiresCompatibilities: ['FARGATE'],
        cpu: '256',
        memory: '512',
        containerDefinitions: [
          { name: 'app', image: SERVICE, portMappings: [{ containerPort: port, protocol: 'tcp' }] },
        ],
      }),
    );
    return present(taskDefinition?.taskDefinitionArn);
  };

  const tell = async (task: Task): Promise<void> => {
    const event = { Source: 'aws.ecs', DetailType: 'ECS Task State Change', Detail: JSON.stringify(task) };
    const { FailedEntryCount } = await bus.send(
      new PutEventsCommand({ Entries: [{ ...event, Resources: [present(task.taskArn)] }] }),
    );
    if (FailedEntryCount !== 0) throw new Error('the bus refused an event of ECS');
  };

  const targets = async (): Promise<readonly string[]> => {
    const answer = await elb.send(new DescribeTargetHealthCommand({ TargetGroupArn: group }));
    return (answer.TargetHealthDescriptions ?? []).map(({ Target }) => present(Target?.Id)).sort();
  };

  /** Waits until exactly the tasks that want to run are registered. */
  const settled = async (): Promise<void> => {
    const wanted = service
      .running()
      .map(({ address }) => address)
      .sort();
    const untilMs = Date.now() + SETTLED_MS;
    while (JSON.stringify(await targets()) !== JSON.stringify(wanted)) {
      if (Date.now() > untilMs) expect(await targets()).toEqual(wanted);
      await wait(200);
    }
  };

  /** As ECS rolls a service over that may have twice its tasks: new ones run, then the old ones are told to stop. */
  const rollOver = async (revision: string): Promise<void> => {
    const old = service.running();
    await service.start(old.length, revision);
    await service.stop(old);
  };

  const when = (times: readonly number[], fromMs: number): number | undefined => times.find((ms) => ms >= fromMs);

  test('no request goes to a stopped task once its event was handled, and none is lost to what was planned', async () => {
    if (missing !== undefined) {
      process.stderr.write(`skipping real traffic: ${missing}\n`);
      return;
    }
    const [first, second, third] = [present(revisions[0]), present(revisions[1]), present(revisions[2])];
    await service.start(FEW, first);
    await settled();

    let killed: PlayedTask | undefined;
    const story: readonly { readonly atMs: number; readonly run: () => Promise<void> }[] = [
      { atMs: 3_000, run: () => service.start(MANY - FEW, first) },
      { atMs: 11_000, run: () => rollOver(second) },
      {
        atMs: 25_000,
        run: async () => {
          killed = present(service.running()[0]);
          await service.kill(killed);
          await service.start(1, second);
        },
      },
      { atMs: 33_000, run: () => rollOver(third) },
      { atMs: 46_000, run: () => service.stop(service.running().slice(0, MANY - FEW)) },
    ];
    const load = await underLoad(url, REQUESTS_PER_SECOND, async () => {
      const startedMs = Date.now();
      for (const { atMs, run } of story) {
        await wait(Math.max(0, startedMs + atMs - Date.now()));
        await run();
      }
      await wait(Math.max(0, startedMs + LOAD_MS - Date.now()));
    });
    await settled();

    const [, front] = fronts;
    const tasks = [...service.tasks.values()];
    const stopped = tasks.filter(({ toldStoppingMs }) => toldStoppingMs !== undefined);
    const leftAt = (task: PlayedTask): number | undefined =>
      when(front.deregistered(task.address), task.toldStoppingMs ?? task.deafSinceMs ?? 0);
    /** Whose address it was when the request was sent. */
    const taskOf = ({ address, sentAtMs }: FailedRequest): PlayedTask | undefined =>
      tasks.filter((task) => task.address === address && task.toldRunningMs <= sentAtMs).at(-1);
    const ofTheKilled = (request: FailedRequest): boolean => killed !== undefined && taskOf(request) === killed;
    const afterItsEvent = (request: FailedRequest): boolean => {
      const task = taskOf(request);
      const left = task && leftAt(task);
      return left !== undefined && request.sentAtMs > left;
    };

    const registrations = tasks.map(
      ({ address, toldRunningMs }) => present(when(front.registered(address), toldRunningMs)) - toldRunningMs,
    );
    const removals = stopped.map((task) => present(leftAt(task)) - present(task.toldStoppingMs));
    report(load, load.failed.filter(ofTheKilled), registrations, removals);

    expect(load.sent / load.seconds).toBeGreaterThanOrEqual(50);
    expect(load.seconds).toBeGreaterThanOrEqual(60);
    expect(tasks).toHaveLength(FEW + (MANY - FEW) + MANY + 1 + MANY);
    expect(load.failed.filter(afterItsEvent)).toEqual([]);
    // Each left its group while it still served, the one that was killed apart.
    const late = stopped.filter((task) => task !== killed && present(leftAt(task)) > present(task.deafSinceMs));
    expect(late.map(({ address }) => address)).toEqual([]);
    expect(load.failed.filter((request) => !ofTheKilled(request))).toEqual([]);
    expect(service.running()).toHaveLength(FEW);
  });

  /** What the documentation quotes. */
  const report = (
    load: LoadResult,
    ofTheKilled: readonly FailedRequest[],
    registrations: readonly number[],
    removals: readonly number[],
  ): void => {
    const causes = new Map<string, number>();
    for (const request of load.failed) {
      const cause = `${request.cause}${ofTheKilled.includes(request) ? ' (the task that was killed)' : ''}`;
      causes.set(cause, (causes.get(cause) ?? 0) + 1);
    }
    const rows = [
      ['requests', `${load.sent} in ${load.seconds.toFixed(1)} s (${(load.sent / load.seconds).toFixed(1)}/s)`],
      ['answered', told(load.tookMs)],
      ['failed', `${load.failed.length}, of these planned ${load.failed.length - ofTheKilled.length}`],
      ...[...causes].map(([cause, count]) => [`  ${count}`, cause]),
      ['event to registered', told(registrations)],
      ['stop event to deregistered', told(removals)],
    ];
    const width = Math.max(...rows.map(([name = '']) => name.length));
    process.stdout.write(`${rows.map(([name = '', words]) => `  ${name.padEnd(width)}  ${words}`).join('\n')}\n`);
  };
});
