// `npm run remove`: deletes the stack, and says what stays. What follows `--` goes to osls; give the same stage, region
// and parameters as to `npm run deploy`.
import { osls } from './osls.mjs';
import { setUpNode } from './setup.mjs';

await setUpNode();
process.exitCode = await osls('remove', process.argv.slice(2));
if (process.exitCode === 0) {
  console.log(`
Removed: functions, queues with the messages in them, rules, roles, alarms, dashboard, logs.
It stays, since it is yours:
- the targets in your target groups: nobody updates them any more. Those of tasks that stop from now on must be taken
  out by somebody else. To have them removed instead: deploy again, set taskwire:mode = observe on the groups, run
  unwire, then remove (docs/operations.md#uninstall);
- the taskwire: tags on your target groups, services and tasks;
- the report bucket and what is in it.`);
}
