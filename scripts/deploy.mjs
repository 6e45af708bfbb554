// `npm run deploy`: installs what is missing, builds, and deploys the stack. What follows `--` goes to osls:
// `npm run deploy -- --stage prod --region eu-central-1 --param="mode=observe"`.
import { osls } from './osls.mjs';
import { setUpNode } from './setup.mjs';

await setUpNode();
const { build } = await import('./build.mjs');
await build();
process.exitCode = await osls('deploy', process.argv.slice(2));
