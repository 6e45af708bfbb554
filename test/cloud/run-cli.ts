import { execFile } from 'node:child_process';
import { join } from 'node:path';

const CLI = join(process.cwd(), 'dist/cli/taskwire.mjs');

/** What the built command line came to. */
export interface RunOfCli {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Runs the built `taskwire` against a stand-in, without a terminal. */
export const runBuiltCli = (
  { endpoint, region }: { readonly endpoint: string; readonly region: string },
  argv: readonly string[],
): Promise<RunOfCli> =>
  new Promise((resolve) => {
    const env = {
      PATH: process.env.PATH,
      AWS_ENDPOINT_URL: endpoint,
      AWS_REGION: region,
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
    };
    execFile(process.execPath, [CLI, ...argv], { env, maxBuffer: 16 * 1024 * 1024 }, (error, out, err) => {
      resolve({ code: error === null ? 0 : Number(error.code), out, err });
    });
  });
