import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';

/** One warm instance of a built function, in a process of its own. */
export interface FunctionInstance {
  /** @throws If the function throws, or does not answer within a minute; with what it printed. */
  invoke(event: object): Promise<unknown>;
  /** @returns All that it printed: its log lines and metrics. */
  stop(): Promise<string>;
}

const ANSWER_MS = 60_000;

/**
 * Starts an instance of `dist/functions/<name>/handler.mjs`, the very bundle that deploys.
 * @param environment All that it sees besides PATH.
 * @throws If it is not built (`npm run build`) or cannot be loaded.
 */
export const startFunction = async (
  name: string,
  environment: Readonly<Record<string, string>>,
): Promise<FunctionInstance> => {
  const bundle = new URL(`../../dist/functions/${name}/handler.mjs`, import.meta.url);
  if (!existsSync(bundle)) throw new Error(`${fileURLToPath(bundle)} is not built: npm run build`);
  const child = fork(
    new URL('./function-child.mjs', import.meta.url),
    [pathToFileURL(fileURLToPath(bundle)).href, name],
    {
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      execArgv: [],
      env: {
        PATH: process.env.PATH ?? '',
        AWS_LAMBDA_FUNCTION_NAME: name,
        AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
        ...environment,
      },
    },
  );
  let printed = '';
  let everything = '';
  const keep = (chunk: unknown): void => {
    printed += String(chunk);
    everything += String(chunk);
  };
  // Its last lines may come after its end.
  const closed = once(child, 'close');
  child.stdout?.on('data', keep);
  child.stderr?.on('data', keep);
  await messageOf(child, () => printed);

  return {
    invoke: async (event) => {
      printed = '';
      const answer = messageOf(child, () => printed);
      child.send({ event });
      const message = await answer;
      if (typeof message === 'object' && message !== null && 'error' in message) {
        throw new Error(`${name} failed: ${message.error}\nIt printed:\n${printed}`);
      }
      return typeof message === 'object' && message !== null && 'result' in message ? message.result : undefined;
    },
    stop: async () => {
      child.kill();
      await closed;
      return everything;
    },
  };
};

const messageOf = (child: ChildProcess, printed: () => string): Promise<unknown> =>
  new Promise((resolve, reject) => {
    const finish = (act: () => void): void => {
      clearTimeout(timer);
      child.off('message', onMessage);
      child.off('exit', onExit);
      act();
    };
    const fail = (what: string): void => finish(() => reject(new Error(`${what}; it printed:\n${printed()}`)));
    const onMessage = (message: unknown): void => finish(() => resolve(message));
    const onExit = (code: number | null): void => fail(`the function's process ended with ${code}`);
    const timer = setTimeout(() => fail(`the function did not answer within ${ANSWER_MS} ms`), ANSWER_MS);
    child.once('message', onMessage);
    child.once('exit', onExit);
  });
