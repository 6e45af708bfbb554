// `npm run remove`: deletes the stack, and says what stays. What follows `--` goes to osls; give the same stage, region
// and parameters as to `npm run deploy`.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { root, setUpNode } from './setup.mjs';

await setUpNode();
const osls = join(root, 'node_modules', 'osls', 'bin', 'serverless.js');
const remove = spawn(process.execPath, [osls, 'remove', ...process.argv.slice(2)], {
  cwd: root,
  stdio: 'inherit',
  env: { ...process.env, AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' },
});
remove.once('close', (code) => {
  process.exitCode = code ?? 1;
  if (code !== 0) return;
  console.log(`
Removed: functions, queues with the messages in them, rules, roles, alarms, dashboard, logs.
It stays, since it is yours:
- the targets in your target groups: nobody updates them any more, so take out those of tasks that stop from now on.
  To have them removed instead: deploy again and follow docs/operations.md#uninstall;
- the taskwire: tags on your target groups, services and tasks;
- the report bucket and what is in it.`);
});
