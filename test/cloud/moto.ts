import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';

/** moto, an AWS stand-in that nobody here wrote, running on loopback. */
export interface Moto {
  /** `http://127.0.0.1:<port>` */
  readonly endpoint: string;
  /**
   * Sets how many looks at a model it takes to move on; `manual` stays where it is until it is changed by hand.
   * @param model As moto names it: `ecs::task`.
   */
  setTransition(
    model: string,
    transition: { progression: 'manual'; times: number } | { progression: 'immediate' },
  ): Promise<void>;
  /** From now on every call needs the permission that its caller's policies give, or none does, as at the start. */
  requirePermissions(required: boolean): Promise<void>;
  /** Forgets every resource and keeps the transitions. */
  reset(): Promise<void>;
  stop(): Promise<void>;
}

/** Importing moto's back ends is what takes long, most of all beside other work on two cores. */
const START_MS = 60_000;
const STOP_MS = 5_000;
/** More calls than any test makes. */
const NEVER = 1_000_000_000;

/**
 * Starts moto's server on a port that the system chooses.
 * @param python The interpreter of the virtual environment that moto is installed in.
 * @throws If it does not answer within a minute; with what it printed.
 */
export const startMoto = async (python: string): Promise<Moto> => {
  const child = spawn(python, ['-m', 'moto.server', '-H', '127.0.0.1', '-p', '0'], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...process.env,
      PYTHONUNBUFFERED: '1',
      NO_COLOR: '1',
      // Its own AWS client must not find a person's credentials, whatever it is asked to do.
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
    },
  });
  try {
    const endpoint = await endpointOf(child);
    const post = async (path: string, body?: object | number): Promise<void> => {
      const init =
        body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } };
      const answer = await fetch(`${endpoint}/moto-api/${path}`, { method: 'POST', ...init });
      if (!answer.ok) throw new Error(`moto answered ${answer.status} to ${path}: ${await answer.text()}`);
    };
    return {
      endpoint,
      setTransition: (model, transition) => post('state-manager/set-transition', { model_name: model, transition }),
      // So many calls pass unchecked.
      requirePermissions: (required) => post('reset-auth', required ? 0 : NEVER),
      reset: () => post('reset'),
      stop: () => stop(child),
    };
  } catch (error) {
    await stop(child);
    throw error;
  }
};

/** Reads the port from what the server prints; it prints it once it listens. */
const endpointOf = async (child: ChildProcess): Promise<string> => {
  let printed = '';
  return new Promise((resolve, reject) => {
    const fail = (what: string): void => reject(new Error(`moto ${what}; it printed:\n${printed}`));
    const timer = setTimeout(() => fail(`did not answer within ${START_MS} ms`), START_MS);
    let started = false;
    const read = (chunk: unknown): void => {
      if (started) return;
      printed += String(chunk);
      const found = /Running on (http:\/\/127\.0\.0\.1:\d+)/.exec(printed)?.[1];
      if (found === undefined) return;
      started = true;
      clearTimeout(timer);
      resolve(found);
    };
    // It logs every request to stderr; a pipe that nobody reads would fill up and stop it.
    child.stdout?.on('data', read);
    child.stderr?.on('data', read);
    child.once('error', (error) => {
      clearTimeout(timer);
      fail(`could not be started (${error.message})`);
    });
    child.once('exit', (code) => {
      clearTimeout(timer);
      fail(`ended with ${code}`);
    });
  });
};

const stop = async (child: ChildProcess): Promise<void> => {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), STOP_MS);
  await ended;
  clearTimeout(timer);
};
