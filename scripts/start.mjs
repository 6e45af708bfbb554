// `npm start`: installs what is missing, builds, and shows the built functions at work in the demo. Nothing here may
// import a package before the set-up is done.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { root, setUpNode } from './setup.mjs';

await setUpNode();
const { build } = await import('./build.mjs');
await build();

const demo = spawn(process.execPath, [join(root, 'dist', 'cli', 'taskwire.mjs'), 'demo', ...process.argv.slice(2)], {
  stdio: 'inherit',
  env: { ...process.env, AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' },
});
// The terminal sends Ctrl-C to both; the demo decides how it ends.
process.on('SIGINT', () => {});
process.on('SIGTERM', () => demo.kill('SIGTERM'));
demo.once('close', (code) => {
  process.exitCode = code ?? 1;
});
