// `npx cdk deploy` deploys Taskwire with the CDK. TASKWIRE_RELEASE names the folder of a release that lies elsewhere.
import { fileURLToPath } from 'node:url';
import { App, Stack, Tags } from 'aws-cdk-lib';
import { Taskwire } from './taskwire.mjs';

const release = process.env.TASKWIRE_RELEASE ?? fileURLToPath(new URL('../../dist/release', import.meta.url));

const app = new App();
const stack = new Stack(app, 'taskwire-prod');
new Taskwire(stack, 'Taskwire', { release, parameters: { Mode: 'observe' } });
Tags.of(stack).add('application', 'taskwire');
