import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import type { Task } from '@aws-sdk/client-ecs';

/** A task that is played: an HTTP server on a loopback address of its own, and what ECS tells of it. */
export interface PlayedTask {
  readonly arn: string;
  readonly address: string;
  readonly interfaceId: string;
  readonly attachmentId: string;
  /** When its RUNNING event was sent. */
  readonly toldRunningMs: number;
  /** When the first event that it stops was sent. */
  toldStoppingMs?: number;
  /** It answers no more since then. */
  deafSinceMs?: number;
  /** Ended without a signal. */
  killed: boolean;
  /** Whether its interface is still there. */
  hasInterface: boolean;
  /** As DescribeTasks tells it. */
  describe(): Task;
}

/** What a service is played with. */
export interface PlayedStage {
  readonly cluster: string;
  readonly service: string;
  readonly subnetId: string;
  /** Container port, on every address. */
  readonly port: number;
  /** Addresses of 127.0.0.0/8; one that is free again is given to a later task. */
  readonly addresses: readonly string[];
  /** Puts an ECS Task State Change on the bus. */
  tell(task: Task): Promise<void>;
}

/** A service whose tasks are played, as ECS's scheduler would start and stop them. */
export interface PlayedService {
  readonly tasks: ReadonlyMap<string, PlayedTask>;
  /** Those that want to run, oldest first. */
  running(): readonly PlayedTask[];
  /** Starts tasks; each serves before ECS tells that it runs. */
  start(count: number, taskDefinitionArn: string): Promise<void>;
  /** Sends the stop signal; each serves for 5 s more, then its interface goes and its address is free. */
  stop(tasks: readonly PlayedTask[]): Promise<void>;
  /** A task ends at once; ECS notices a second later. */
  kill(task: PlayedTask): Promise<void>;
  /** Ends all servers. */
  close(): Promise<void>;
}

/** As long as the issue asks of tasks; ECS gives them 30 s unless told otherwise. */
const SERVES_ON_MS = 5_000;
/** How long an answer takes. */
const WORK_MS = 10;
const ECS_NOTICES_MS = 1_000;
const DEPROVISIONING_MS = 500;

const ACCOUNT = '000000000000';

/** Whether this machine has loopback addresses beside 127.0.0.1: Linux has, macOS has not. */
export const hasLoopbackRange = async (address: string): Promise<boolean> => {
  const server = createServer();
  const listening = once(server, 'listening').then(
    () => true,
    () => false,
  );
  server.listen(0, address);
  const has = await listening;
  if (has) server.close();
  return has;
};

const serve = async (arn: string, address: string, port: number): Promise<Server> => {
  const server = createServer((request, response) => {
    request.resume();
    setTimeout(() => response.writeHead(200, { 'x-task': arn }).end('ok'), WORK_MS);
  });
  server.listen(port, address);
  await once(server, 'listening');
  return server;
};

/** Plays a service without tasks. */
export const playService = (stage: PlayedStage): PlayedService => {
  const { cluster, service, subnetId, port, tell } = stage;
  const clusterArn = `arn:aws:ecs:eu-central-1:${ACCOUNT}:cluster/${cluster}`;
  const tasks = new Map<string, PlayedTask>();
  const servers = new Map<PlayedTask, Server>();
  const free = [...stage.addresses];
  const ending: Promise<void>[] = [];

  interface Stage {
    lastStatus: string;
    desiredStatus: string;
    version: number;
  }
  const stages = new Map<PlayedTask, Stage>();

  const move = async (task: PlayedTask, differs: Partial<Stage>): Promise<void> => {
    const stageOf = stages.get(task);
    if (stageOf === undefined) throw new Error('no such task');
    Object.assign(stageOf, differs);
    stageOf.version++;
    await tell(task.describe());
  };

  const startOne = async (taskDefinitionArn: string): Promise<void> => {
    const address = free.shift();
    if (address === undefined) throw new Error('no address is free');
    const id = crypto.randomUUID().replaceAll('-', '');
    const arn = `arn:aws:ecs:eu-central-1:${ACCOUNT}:task/${cluster}/${id}`;
    const attachmentId = crypto.randomUUID();
    const interfaceId = `eni-${id.slice(0, 17)}`;
    const server = await serve(arn, address, port);
    const own: Stage = { lastStatus: 'RUNNING', desiredStatus: 'RUNNING', version: 3 };
    const task: PlayedTask = {
      arn,
      address,
      interfaceId,
      attachmentId,
      toldRunningMs: Date.now(),
      killed: false,
      hasInterface: true,
      describe: () => ({
        taskArn: arn,
        clusterArn,
        taskDefinitionArn,
        group: `service:${service}`,
        startedBy: 'ecs-svc/4827160935518264701',
        launchType: 'FARGATE',
        ...own,
        containers: [
          {
            name: 'app',
            lastStatus: own.lastStatus === 'RUNNING' ? 'RUNNING' : 'STOPPED',
            networkInterfaces: [{ attachmentId, privateIpv4Address: address }],
          },
        ],
        attachments: [
          {
            id: attachmentId,
            type: 'eni',
            status: task.hasInterface ? 'ATTACHED' : 'DELETED',
            details: [
              { name: 'subnetId', value: subnetId },
              { name: 'networkInterfaceId', value: interfaceId },
              { name: 'privateIPv4Address', value: address },
            ],
          },
        ],
      }),
    };
    tasks.set(arn, task);
    stages.set(task, own);
    servers.set(task, server);
    await tell(task.describe());
  };

  /** From DEPROVISIONING on; its address is free once it is STOPPED. */
  const end = async (task: PlayedTask): Promise<void> => {
    await move(task, { lastStatus: 'DEPROVISIONING', desiredStatus: 'STOPPED' });
    await wait(DEPROVISIONING_MS);
    task.hasInterface = false;
    await move(task, { lastStatus: 'STOPPED' });
    free.push(task.address);
  };

  const stopOne = async (task: PlayedTask): Promise<void> => {
    task.toldStoppingMs = Date.now();
    await move(task, { desiredStatus: 'STOPPED' });
    await wait(SERVES_ON_MS);
    const server = servers.get(task);
    task.deafSinceMs = Date.now();
    server?.close();
    server?.closeIdleConnections();
    await end(task);
  };

  const later = (work: Promise<void>): void => {
    ending.push(work);
    // Whoever closes the service hears of it; before, nobody waits.
    work.catch(() => undefined);
  };

  return {
    tasks,
    running: () => [...tasks.values()].filter((task) => stages.get(task)?.desiredStatus === 'RUNNING' && !task.killed),
    start: async (count, taskDefinitionArn) => {
      await Promise.all(Array.from({ length: count }, () => startOne(taskDefinitionArn)));
    },
    stop: async (which) => {
      for (const task of which) later(stopOne(task));
    },
    kill: async (task) => {
      task.killed = true;
      task.deafSinceMs = Date.now();
      const server = servers.get(task);
      server?.close();
      server?.closeAllConnections();
      later(
        wait(ECS_NOTICES_MS).then(() => {
          task.toldStoppingMs = Date.now();
          return end(task);
        }),
      );
    },
    close: async () => {
      await Promise.all(ending);
      for (const server of servers.values()) {
        server.close();
        server.closeAllConnections();
      }
    },
  };
};
