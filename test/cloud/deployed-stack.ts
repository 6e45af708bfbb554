import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { withLock } from '../../scripts/setup.mjs';

const run = promisify(execFile);
const OSLS = 'node_modules/osls/bin/serverless.js';

/**
 * Packages the stack and deploys it with the very command that `npm run deploy` runs, against another cloud.
 * @param endpoint Where osls sends its calls.
 * @param parameters As of `--param`.
 * @throws With what osls printed.
 */
export const deployStack = async (endpoint: string, parameters: Readonly<Record<string, string>>): Promise<void> => {
  const folder = await mkdtemp(join(tmpdir(), 'taskwire-deploy-'));
  const osls = async (verb: string): Promise<void> => {
    const given = Object.entries(parameters).map(([name, value]) => `--param=${name}=${value}`);
    await run(process.execPath, [OSLS, verb, '--package', join(folder, 'package'), '--stage', 'prod', ...given], {
      env: {
        PATH: process.env.PATH,
        HOME: folder,
        AWS_ENDPOINT_URL: endpoint,
        AWS_REGION: 'eu-central-1',
        AWS_ACCESS_KEY_ID: 'test',
        AWS_SECRET_ACCESS_KEY: 'test',
        AWS_EC2_METADATA_DISABLED: 'true',
        SLS_NOTIFICATIONS_MODE: 'off',
        SLS_TELEMETRY_DISABLED: '1',
      },
    }).catch((error: Error & { stdout?: string; stderr?: string }) => {
      throw new Error(`osls ${verb} failed:\n${error.stdout ?? ''}\n${error.stderr ?? ''}`);
    });
  };
  try {
    // Wherever its package lies, osls also writes to and reads from `.serverless`: two at once break each other.
    await withLock('package', async () => {
      await osls('package');
      await osls('deploy');
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
};
