import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { serveWorld } from '../simulator/wire/server.ts';
import { bigAccount } from '../test/support/big-account.ts';
import { serveLoopback } from '../test/support/serve-loopback.ts';
import type { Bench } from './bench.ts';

const MB = 1_000_000;
/** Waiting for its share of the call rates takes minutes, in which nothing is held that is not held here as well. */
const SPEED = 100;

/** What one run of the function took, and what it looked at. */
interface Run {
  /** Resident set size and used heap, in bytes, the highest of the process so far. */
  readonly rss: number;
  readonly heapUsed: number;
  readonly services: number;
  readonly tasks: number;
  readonly unseen: number;
}

// Two audits of one warm instance: the second one reads what the first one kept.
const CHILD = `
const { handler } = await import(process.argv[2]);
const now = Date.now;
const startMs = now();
Date.now = () => startMs + (now() - startMs) * ${SPEED};
let heapUsed = 0;
const look = () => { heapUsed = Math.max(heapUsed, process.memoryUsage().heapUsed); };
const watching = setInterval(look, 10);
const runs = [];
for (let run = 0; run < 2; run++) {
  const { summary, unseen } = await handler({}, { getRemainingTimeInMillis: () => 86_400_000 });
  look();
  const { services, tasks } = summary;
  runs.push({ rss: process.resourceUsage().maxRSS * 1024, heapUsed, services, tasks, unseen: unseen.length });
}
clearInterval(watching);
process.send(runs);
`;

/** A bucket that keeps what is put into it. */
const startBucket = async () => {
  const kept = new Map<string, Buffer>();
  const server = await serveLoopback(async (request, response) => {
    const key = request.url?.split('?')[0] ?? '';
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    if (request.method === 'PUT') {
      kept.set(key, Buffer.concat(chunks));
      response.end();
      return;
    }
    const found = kept.get(key);
    response.writeHead(found === undefined ? 404 : 200, { 'content-type': 'application/xml' });
    response.end(found ?? '<Error><Code>NoSuchKey</Code><Message>There is none.</Message></Error>');
  });
  return {
    endpoint: server.endpoint,
    bytesOf: (key: string): number => kept.get(`/reports/${key}`)?.length ?? Number.NaN,
    close: server.close,
  };
};

/** As the stack has it for the function. */
const nodeOptions = async (): Promise<string> => {
  const [, options] = /NODE_OPTIONS: (.+)/.exec(await readFile('serverless.yml', 'utf8')) ?? [];
  if (options === undefined) throw new Error('serverless.yml sets no NODE_OPTIONS');
  return options;
};

const auditTwice = async (env: Readonly<Record<string, string>>): Promise<readonly Run[]> => {
  const folder = await mkdtemp(join(tmpdir(), 'taskwire-audit-memory-'));
  try {
    const child = join(folder, 'child.mjs');
    await writeFile(child, CHILD);
    const bundle = pathToFileURL(resolve('dist/functions/audit/handler.mjs')).href;
    const running = spawn(process.execPath, [child, bundle], { stdio: ['ignore', 'ignore', 'pipe', 'ipc'], env });
    let told: readonly Run[] | undefined;
    let printed = '';
    running.stderr?.on('data', (text) => {
      printed = (printed + text).slice(-2_000);
    });
    running.on('message', (runs: readonly Run[]) => {
      told = runs;
    });
    const [code] = await once(running, 'close');
    if (told === undefined) throw new Error(`the audit ended with ${code}: ${printed}`);
    return told;
  } finally {
    await rm(folder, { recursive: true });
  }
};

export const name = 'resident memory of the built audit, twice over one account of 1,000 services with 10,000 tasks';
export const limits: Bench['limits'] = { residentMb: { most: 200, timed: false } };

/** A smoke run takes a tenth of the services. Bytes are those of the second report. */
export const run: Bench['run'] = async ({ smoke }) => {
  const services = smoke ? 100 : 1_000;
  const world = await bigAccount({ services, tasks: 10 });
  const stop = world.clock.follow(1);
  const account = await serveWorld(world);
  const bucket = await startBucket();
  try {
    const [first, second] = await auditTwice({
      NODE_OPTIONS: await nodeOptions(),
      AWS_ENDPOINT_URL: account.endpoint,
      AWS_ENDPOINT_URL_S3: bucket.endpoint,
      AWS_REGION: 'eu-central-1',
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
      AWS_LAMBDA_FUNCTION_NAME: 'audit',
      TASKWIRE_REPORT_BUCKET: 'reports',
    });
    for (const each of [first, second]) {
      if (each?.services !== services || each.tasks !== 10 * services || each.unseen > 0) {
        throw new Error(`not all was seen: ${JSON.stringify(each)}`);
      }
    }
    return {
      figures: {
        residentMb: (second?.rss ?? Number.NaN) / MB,
        services,
        firstResidentMb: (first?.rss ?? Number.NaN) / MB,
        heapMb: (second?.heapUsed ?? Number.NaN) / MB,
        htmlBytes: bucket.bytesOf('audit/latest.html'),
        jsonBytes: bucket.bytesOf('audit/latest.json'),
      },
    };
  } finally {
    await bucket.close();
    await account.close();
    stop();
  }
};
