import { Agent, request } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';

/** A request that did not come to an answer of 200. */
export interface FailedRequest {
  /** Epoch milliseconds. */
  readonly sentAtMs: number;
  readonly failedAtMs: number;
  /** In a few words, the same for the same cause. */
  readonly cause: string;
  /** Which target the load balancer had chosen, where it says so. */
  readonly address?: string;
}

/** What came of a load. */
export interface LoadResult {
  readonly sent: number;
  readonly seconds: number;
  readonly failed: readonly FailedRequest[];
  /** How long an answer of 200 took, in milliseconds. */
  readonly tookMs: readonly number[];
}

/** More than this under way at once is a load balancer that does not answer: then nothing more is sent. */
const MOST_UNDER_WAY = 256;
const TIMEOUT_MS = 10_000;
const TICK_MS = 5;

type Came = { readonly ok: true } | { readonly ok: false; readonly cause: string; readonly address?: string };

const came = (status: number, body: string, task: string | undefined): Came => {
  if (status === 200) return { ok: true };
  const [, address] = /Target ([\d.]+):\d+ connect error/.exec(body) ?? [];
  if (address !== undefined) return { ok: false, cause: '502, the target does not answer', address };
  return {
    ok: false,
    cause: `${status}${task === undefined ? ' of the load balancer' : ' of a task'}: ${body.slice(0, 80)}`,
  };
};

const ask = (url: string, agent: Agent): Promise<Came> =>
  new Promise((resolve) => {
    const fail = (error: unknown): void =>
      resolve({ ok: false, cause: error instanceof Error && 'code' in error ? String(error.code) : String(error) });
    const asking = request(url, { agent, timeout: TIMEOUT_MS }, (answer) => {
      let body = '';
      answer.setEncoding('utf8');
      answer.on('data', (text) => {
        body += text;
      });
      answer.once('error', fail);
      answer.once('close', () => {
        const task = answer.headers['x-task'];
        if (!answer.complete) resolve({ ok: false, cause: 'an answer that was cut off' });
        else resolve(came(answer.statusCode ?? 0, body, typeof task === 'string' ? task : undefined));
      });
    });
    asking.once('timeout', () => asking.destroy(new Error(`no answer within ${TIMEOUT_MS} ms`)));
    asking.once('error', fail);
    asking.end();
  });

/**
 * Sends requests at a steady rate, whether the earlier ones are answered or not, until the work is over.
 * @param perSecond Requests per second; bounded by how many are under way.
 * @param during What happens meanwhile; the load ends with it.
 */
export const underLoad = async (url: string, perSecond: number, during: () => Promise<void>): Promise<LoadResult> => {
  // A connection each: one that is kept could be closed by the other side just when it is used again.
  const agent = new Agent({ keepAlive: false });
  const failed: FailedRequest[] = [];
  const tookMs: number[] = [];
  const underWay = new Set<Promise<void>>();
  const startedMs = performance.now();
  let sent = 0;
  let over = false;

  const one = async (): Promise<void> => {
    const sentAtMs = Date.now();
    const answer = await ask(url, agent);
    const failedAtMs = Date.now();
    if (answer.ok) tookMs.push(failedAtMs - sentAtMs);
    else failed.push({ sentAtMs, failedAtMs, cause: answer.cause, ...(answer.address && { address: answer.address }) });
  };
  const send = async (): Promise<void> => {
    while (!over) {
      const due = Math.floor(((performance.now() - startedMs) / 1000) * perSecond);
      while (sent < due && underWay.size < MOST_UNDER_WAY) {
        sent++;
        const asking: Promise<void> = one().finally(() => underWay.delete(asking));
        underWay.add(asking);
      }
      await wait(TICK_MS);
    }
  };
  const sending = send();
  try {
    await during();
  } finally {
    over = true;
    await sending;
  }
  const seconds = (performance.now() - startedMs) / 1000;
  await Promise.all(underWay);
  agent.destroy();
  return { sent, seconds, failed, tookMs };
};
