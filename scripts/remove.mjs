// `npm run remove`: ends every hold of scaling, deletes the stack, and says what stays. What follows `--` goes to osls;
// give the same stage, region and parameters as to `npm run deploy`.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { root, setUpNode } from './setup.mjs';

/**
 * Where the stack is and what it calls its tags, read from what is given to osls.
 * @param {readonly string[]} args
 * @param {NodeJS.ProcessEnv} env
 * @returns {Record<string, string>} To be added to the environment of what looks for its holds.
 */
export function environmentOf(args, env) {
  /** @type {(...names: string[]) => string[]} */
  const given = (...names) =>
    args.flatMap((arg, index) => {
      const [name = '', ...rest] = arg.split('=');
      if (!names.includes(name)) return [];
      return rest.length > 0 ? [rest.join('=')] : (args[index + 1] ?? []);
    });
  const parameter = (/** @type {string} */ name) =>
    given('--param')
      .filter((text) => text.startsWith(`${name}=`))
      .at(-1)
      ?.slice(name.length + 1);
  const profile = given('--aws-profile').at(-1);
  const tagPrefix = parameter('tagPrefix');
  const clusters = parameter('clusters');
  return {
    // As serverless.yml has it.
    AWS_REGION: given('--region', '-r').at(-1) ?? env.AWS_REGION ?? 'eu-central-1',
    ...(profile !== undefined && { AWS_PROFILE: profile }),
    ...(tagPrefix !== undefined && { TASKWIRE_TAG_PREFIX: tagPrefix }),
    ...(clusters !== undefined && { TASKWIRE_CLUSTERS: clusters }),
  };
}

/**
 * @param {string[]} args
 * @param {Record<string, string>} [more]
 * @returns {Promise<number>} The exit code.
 */
function run(args, more = {}) {
  const child = spawn(process.execPath, args, {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true', ...more },
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve(code ?? 1));
  });
}

/** @type {(args: string[]) => Promise<number>} */
async function remove(args) {
  await setUpNode();
  const { build } = await import('./build.mjs');
  await build();
  const release = () => run([join(root, 'dist', 'cli', 'release-holds.mjs')], environmentOf(args, process.env));
  // First, while the functions are still there to try again: nobody ends a hold that outlives them.
  const held = await release();
  if (held !== 0) {
    console.error('\nNothing was removed: holds of scale-out would stay for good. Mend the above and run it again.');
    return held;
  }
  const code = await run([join(root, 'node_modules', 'osls', 'bin', 'serverless.js'), 'remove', ...args]);
  if (code !== 0) return code;
  // An event may have begun a hold between the two.
  const left = await release();
  console.log(`
Removed: functions, queues with the messages in them, rules, roles, alarms, dashboard, logs; holds of scale-out are over.
It stays, since it is yours:
- the targets in your target groups: nobody updates them any more, so take out those of tasks that stop from now on.
  To have them removed instead: deploy again and follow docs/operations.md#uninstall;
- the scaling of your services as it is now, with its policies and schedules named taskwire-*;
- the taskwire: tags on your target groups, services and tasks;
- the report bucket and what is in it.`);
  return left;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) process.exitCode = await remove(process.argv.slice(2));
