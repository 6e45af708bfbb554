import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { root } from './setup.mjs';

/**
 * Runs osls in the foreground.
 * @type {(verb: string, args: string[]) => Promise<number>} Its exit code.
 */
export const osls = (verb, args) =>
  new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [join(root, 'node_modules', 'osls', 'bin', 'serverless.js'), verb, ...args], {
      cwd: root,
      stdio: 'inherit',
      env: { ...process.env, AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' },
    });
    child.once('error', reject);
    child.once('close', (code) => resolve(code ?? 1));
  });
