import { releaseHolds } from '../shared/app/release-holds.ts';
import { parseSettings } from '../shared/contracts/settings.ts';
import { printable } from '../shared/core/text.ts';
import { connectToAws } from './aws.ts';
import { describeError } from './describe-error.ts';

// No verb, since nobody should type it: `npm run remove` runs it before and after the stack goes. Exit codes as of a verb:
// 0 all released, 1 some are still held, 3 could not finish.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';

const say = (text: string): void => {
  process.stderr.write(`${printable(text)}\n`);
};

try {
  const settings = parseSettings(process.env);
  const connection = await connectToAws(settings, new AbortController().signal);
  const { tagPrefix, clusters } = settings;
  const released = await releaseHolds({ ...connection, tagPrefix, clusters });
  for (const { serviceArn, changes, findings, error } of released) {
    if (changes.some(({ action, applied }) => action === 'resume' && applied)) say(`released: ${serviceArn}`);
    for (const { summary, fix } of findings) say(`still held: ${summary} ${fix}`);
    if (error !== undefined) say(`still held: ${serviceArn}: ${describeError(error, process.env)}`);
  }
  const failed = released.some(({ error }) => error !== undefined);
  process.exitCode = failed ? 3 : released.some(({ findings }) => findings.length > 0) ? 1 : 0;
} catch (error) {
  say(describeError(error, process.env));
  process.exitCode = 3;
}
