import { Worker } from 'node:worker_threads';

/** Instances of a built function, as Lambda would run them: each in an environment of its own. */
export interface Instances {
  /** Runs the handler on an instance that is free, or on a new one. @throws What the handler throws. */
  invoke(event: unknown, remainingMs: number): Promise<unknown>;
  /** Log lines that the function wrote, oldest first. */
  readonly log: readonly string[];
  close(): Promise<void>;
}

// The thread holds nothing but the bundle: what runs here is what deploys.
const THREAD = `
const { parentPort, workerData } = require('node:worker_threads');
const bundle = import(workerData.bundle);
parentPort.on('message', async ({ id, event, endsAtMs }) => {
  const context = { awsRequestId: 'demo-' + id, getRemainingTimeInMillis: () => endsAtMs - Date.now() };
  try {
    const { handler } = await bundle;
    parentPort.postMessage({ id, result: await handler(event, context) });
  } catch (error) {
    parentPort.postMessage({ id, error: error instanceof Error ? error.message : String(error) });
  }
});
`;

interface Answer {
  readonly id: number;
  readonly result?: unknown;
  readonly error?: string;
}

interface Instance {
  readonly worker: Worker;
  busy: boolean;
}

/**
 * @param bundle File URL of the built handler.
 * @param env What the stack sets, and where AWS is.
 */
export const createInstances = (bundle: URL, env: Readonly<Record<string, string>>): Instances => {
  const instances: Instance[] = [];
  const log: string[] = [];
  const waiting = new Map<number, (answer: Answer) => void>();
  let next = 0;

  const start = (): Instance => {
    const worker = new Worker(THREAD, {
      eval: true,
      workerData: { bundle: bundle.href },
      env: { ...env },
      stdout: true,
      stderr: true,
    });
    for (const stream of [worker.stdout, worker.stderr]) {
      stream
        .setEncoding('utf8')
        .on('data', (text: string) => log.push(...text.split('\n').filter((line) => line !== '')));
    }
    worker.on('message', (answer: Answer) => {
      waiting.get(answer.id)?.(answer);
      waiting.delete(answer.id);
    });
    const instance = { worker, busy: false };
    instances.push(instance);
    return instance;
  };

  return {
    log,
    invoke: async (event, remainingMs) => {
      const instance = instances.find(({ busy }) => !busy) ?? start();
      instance.busy = true;
      const id = next++;
      const answered = new Promise<Answer>((resolve) => waiting.set(id, resolve));
      instance.worker.postMessage({ id, event, endsAtMs: Date.now() + remainingMs });
      const { result, error } = await answered;
      instance.busy = false;
      if (error !== undefined) throw new Error(error);
      return result;
    },
    close: async () => {
      await Promise.all(instances.map(({ worker }) => worker.terminate()));
    },
  };
};
