import { Command } from '@commander-js/extra-typings';
import type { Verb } from './cli.ts';

const EXAMPLES = `
Examples:
  $ npm start      builds the functions, and runs this
  $ taskwire demo  with what is built already

Exit code: 0 nothing is missing, stale or wrong at the end, 1 something is,
  3 a function is not built.`;

/** `taskwire demo`, which `npm start` runs. */
export const demo: Verb = ({ cli, exit }) =>
  new Command('demo')
    .summary('show it at work, with no AWS account')
    .description(
      'Starts an embedded AWS on loopback with a small fleet that scales, rolls over, loses Spot tasks and reuses addresses, and lets the built functions keep its target groups and its auto scaling right. Prints what changed and why. Takes about a minute, and needs no network.',
    )
    .addHelpText('after', EXAMPLES)
    .action(async () => {
      // The simulator is large; no other verb needs it.
      const { runDemo } = await import('./demo/story.ts');
      const bundleOf = (name: string): URL => new URL(`../functions/${name}/handler.mjs`, import.meta.url);
      const bundles = { registerTargets: bundleOf('register-targets'), adjustScaling: bundleOf('adjust-scaling') };
      exit(await runDemo({ terminal: cli.terminal, bundles, signal: cli.signal }));
    });
