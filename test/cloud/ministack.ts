import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

/** ministack, an AWS stand-in that nobody here wrote, running on loopback; it runs deployed functions as Node processes. */
export interface Ministack {
  /** What it printed, for the reader of a failed test. */
  printed(): string;
  stop(): Promise<void>;
}

const START_MS = 60_000;
const STOP_MS = 5_000;
const REGION = 'eu-central-1';

/** An endpoint that nobody listens on yet: whoever stands in front of ministack must know it before ministack starts. */
export const freeEndpoint = async (): Promise<string> => {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no port is free');
  return `http://127.0.0.1:${address.port}`;
};

/**
 * Starts ministack.
 * @param python The interpreter of the virtual environment that it is installed in.
 * @param endpoint Where it listens.
 * @param functionEndpoint Where the functions that it runs send their calls.
 * @throws If it does not answer within a minute; with what it printed.
 */
export const startMinistack = async (
  python: string,
  endpoint: string,
  functionEndpoint: string,
): Promise<Ministack> => {
  const folder = await mkdtemp(join(tmpdir(), 'taskwire-ministack-'));
  const child = spawn(python, [fileURLToPath(new URL('./run-ministack.py', import.meta.url))], {
    stdio: ['ignore', 'pipe', 'pipe'],
    // A group of its own: the function's processes end with it.
    detached: true,
    env: {
      PATH: process.env.PATH ?? '',
      HOME: folder,
      TMPDIR: folder,
      // Without it ministack listens on every interface of the machine.
      BIND_HOST: '127.0.0.1',
      GATEWAY_PORT: new URL(endpoint).port,
      MINISTACK_REGION: REGION,
      LAMBDA_EXECUTOR: 'local',
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
      AWS_EC2_METADATA_DISABLED: 'true',
      AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
      AWS_ENDPOINT_URL: functionEndpoint,
      PYTHONUNBUFFERED: '1',
    },
  });
  let printed = '';
  const read = (chunk: unknown): void => {
    printed = (printed + String(chunk)).slice(-200_000);
  };
  child.stdout?.on('data', read);
  child.stderr?.on('data', read);
  const stop = async (): Promise<void> => {
    await end(child);
    await rm(folder, { recursive: true, force: true });
  };
  const untilMs = Date.now() + START_MS;
  for (;;) {
    const isUp = await fetch(`${endpoint}/_ministack/health`).then(
      ({ ok }) => ok,
      () => false,
    );
    if (isUp) return { printed: () => printed, stop };
    if (child.exitCode !== null || Date.now() > untilMs) {
      await stop();
      throw new Error(`ministack did not start; it printed:\n${printed}`);
    }
    await wait(100);
  }
};

const end = async (child: ChildProcess): Promise<void> => {
  const { pid } = child;
  if (pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  const tell = (signal: NodeJS.Signals): void => {
    try {
      process.kill(-pid, signal);
    } catch {
      // It ended between the look and the signal.
    }
  };
  tell('SIGTERM');
  const timer = setTimeout(() => tell('SIGKILL'), STOP_MS);
  await ended;
  clearTimeout(timer);
  // Whatever of its group outlived it.
  tell('SIGKILL');
};

/** Clients of ministack for its one account. */
export const ministackSettings = (endpoint: string) => ({
  endpoint,
  region: REGION,
  credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
});
