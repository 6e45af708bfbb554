import { once } from 'node:events';
import { Agent, createServer, get, type Server } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import type { Task } from '@aws-sdk/client-ecs';
import { CreateListenerCommand, CreateLoadBalancerCommand } from '@aws-sdk/client-elastic-load-balancing-v2';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createDeployedWorld, type DeployedWorld, eventually, PORT, targetsFor } from './deployed-world.ts';
import { present } from './present.ts';
import { describeWithPython } from './with-python.ts';

const REQUESTS_PER_SECOND = 50;
/** A timer of a busy process is late, never early. */
const INTERVAL_MS = 17;
const LOAD_MS = 60_000;
/** How long a task serves after its stop signal. */
const GRACE_MS = 5_000;
/** A request that was on its way when its target left. */
const IN_FLIGHT_MS = 1_000;

/** A task that really answers, on an address of its own of 127.0.0.0/8. */
interface Serving {
  readonly task: Task;
  readonly server: Server;
}

interface Failure {
  readonly atMs: number;
  readonly cause: string;
}

// ministack's load balancer forwards to every registered target at random, healthy or not, and takes a target out at
// once: no health check hides a target that is registered too long, and no draining gives one a second chance.
describeWithPython('real traffic through the deployed stack', (python) => {
  let world: DeployedWorld;
  let group: string;
  let addresses = 0;
  const live = new Set<Serving>();
  const all = new Set<Server>();

  beforeAll(async () => {
    world = await createDeployedWorld(python);
    group = await world.createService('shop');
    const answer = await world.elb.send(
      new CreateLoadBalancerCommand({ Name: 'shop', Subnets: ['subnet-1', 'subnet-2'] }),
    );
    await world.elb.send(
      new CreateListenerCommand({
        LoadBalancerArn: present(answer.LoadBalancers?.[0]?.LoadBalancerArn),
        Protocol: 'HTTP',
        Port: 80,
        DefaultActions: [{ Type: 'forward', TargetGroupArn: group }],
      }),
    );
  }, 180_000);
  afterAll(async () => {
    for (const server of all) {
      server.close();
      server.closeAllConnections();
    }
    await world?.stop();
  });

  /** Starts tasks: they answer before ECS tells that they run. */
  const start = async (count: number): Promise<void> => {
    const own = Array.from({ length: count }, () => `127.10.0.${++addresses}`);
    const tasks = await world.runTasks('shop', own);
    for (const [index, task] of tasks.entries()) {
      const server = createServer((_request, response) => response.end('ok'));
      server.listen(PORT, own[index]);
      await once(server, 'listening');
      all.add(server);
      live.add({ task, server });
      await world.tell(task);
    }
  };
  /** Until the group holds the live tasks and nothing else. */
  const settled = () =>
    eventually(async () => {
      expect(await world.targetsOf(group)).toEqual(targetsFor([...live].map(({ task }) => task)));
    });
  const end = (server: Server): void => {
    server.close();
    server.closeAllConnections();
  };
  /** Stops tasks as ECS does: the signal is told, the task serves on for a while, then it is gone. */
  const stop = async (which: readonly Serving[]): Promise<void> => {
    for (const one of which) {
      live.delete(one);
      await world.tell(one.task, { desiredStatus: 'STOPPED', version: 2 });
      setTimeout(() => end(one.server), GRACE_MS).unref();
    }
  };
  const rollOver = async (): Promise<void> => {
    const old = [...live];
    await start(old.length);
    await settled();
    await stop(old);
    await settled();
  };

  const load = () => {
    const failures: Failure[] = [];
    const agent = new Agent({ keepAlive: true, maxSockets: 64 });
    let sent = 0;
    let open = 0;
    const timer = setInterval(() => {
      sent += 1;
      open += 1;
      const fail = (cause: string): void => {
        failures.push({ atMs: Date.now(), cause });
      };
      get(`${world.endpoint}/_alb/shop/`, { agent, timeout: 15_000 }, (response) => {
        response.resume();
        response.once('close', () => {
          open -= 1;
          if (response.statusCode !== 200) fail(`HTTP ${response.statusCode}`);
        });
      })
        .once('timeout', function (this: { destroy(error: Error): void }) {
          this.destroy(new Error('no answer in 15 s'));
        })
        .once('error', (error) => {
          open -= 1;
          fail(error.message);
        });
    }, INTERVAL_MS);
    return {
      failures,
      sent: () => sent,
      finish: async (): Promise<void> => {
        clearInterval(timer);
        const untilMs = Date.now() + 20_000;
        while (open > 0 && Date.now() < untilMs) await wait(50);
        agent.destroy();
      },
    };
  };

  const latencies = async (): Promise<readonly number[]> =>
    (await world.lines())
      .filter((line) => line.includes('"EventToRegistered"'))
      .flatMap((line): readonly number[] => JSON.parse(line.slice(line.indexOf('{'))).EventToRegistered)
      .toSorted((a, b) => a - b);

  // Only Linux gives a process all of 127.0.0.0/8 without being asked.
  const onLinux = process.platform === 'linux' ? test : test.skip;
  onLinux('no request meets a stopped task, through two rollovers, 4 to 20 and back, and a task that is killed', async () => {
    await start(4);
    await settled();
    const traffic = load();
    const startedMs = Date.now();

    await rollOver();
    await start(16);
    await settled();
    await stop([...live].slice(0, 16));
    await settled();
    await rollOver();
    // The last of those that were stopped serve on until here.
    await wait(GRACE_MS);
    const planned = [...traffic.failures];

    const [victim] = live;
    const { task, server } = present(victim);
    end(server);
    live.delete(present(victim));
    const killedMs = Date.now();
    await wait(1_000);
    await world.tell(task, {
      desiredStatus: 'STOPPED',
      lastStatus: 'STOPPED',
      stopCode: 'EssentialContainerExited',
      version: 2,
    });
    await settled();
    const handledMs = Date.now();
    await start(1);
    await settled();
    await wait(Math.max(0, startedMs + LOAD_MS - Date.now()));
    const loadMs = Date.now() - startedMs;
    await traffic.finish();

    const byCause = Object.fromEntries(
      [...new Set(traffic.failures.map(({ cause }) => cause))].map((cause) => [
        cause,
        traffic.failures.filter((failure) => failure.cause === cause).length,
      ]),
    );
    const sorted = await latencies();
    const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))];
    // An event's time has no fractions of a second: up to one of each latency is none.
    process.stderr.write(
      `${traffic.sent()} requests in ${(loadMs / 1000).toFixed(0)} s, ${traffic.failures.length} failed (${JSON.stringify(byCause)}), ` +
        `kill handled after ${handledMs - killedMs} ms; event to registered: p50 ${at(0.5)} ms, p99 ${at(0.99)} ms of ${sorted.length}\n`,
    );
    expect(planned).toEqual([]);
    expect(traffic.failures.filter(({ atMs }) => atMs > handledMs + IN_FLIGHT_MS)).toEqual([]);
    expect(traffic.failures.filter(({ atMs }) => atMs < killedMs)).toEqual([]);
    // The killed task was met, or the test shows nothing.
    expect(traffic.failures.length).toBeGreaterThan(0);
    expect(traffic.sent() / (loadMs / 1000)).toBeGreaterThanOrEqual(REQUESTS_PER_SECOND);
    expect(sorted).toHaveLength(4 + 4 + 16 + 4 + 1);
  }, 240_000);
});
