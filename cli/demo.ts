import { resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { Command } from '@commander-js/extra-typings';
import type { Verb } from './cli.ts';

const EXAMPLES = `
Examples:
  $ npm start      builds the functions, and runs this
  $ taskwire demo  with what is built already
  $ taskwire demo --page demo.html

Exit code: 0 nothing is missing, stale or wrong at the end, 1 something is,
  3 a function is not built.`;

/** `taskwire demo`, which `npm start` runs. */
export const demo: Verb = ({ cli, exit }) =>
  new Command('demo')
    .summary('show it at work, with no AWS account')
    .description(
      'Starts an embedded AWS on loopback with a small fleet that scales, rolls over, loses Spot tasks and reuses addresses, and lets the built functions keep its target groups and its auto scaling right, and find and repair a service without a trace collector. Prints what changed and why. Ends with a page of its own run. Takes about a minute, and needs no network.',
    )
    .option('--page <file>', 'where to write the page (default: demo.html beside the built command line)')
    .addHelpText('after', EXAMPLES)
    .action(async ({ page }) => {
      // The simulator is large; no other verb needs it.
      const { runDemo } = await import('./demo/story.ts');
      const bundleOf = (name: string): URL => new URL(`../functions/${name}/handler.mjs`, import.meta.url);
      const bundles = {
        registerTargets: bundleOf('register-targets'),
        adjustScaling: bundleOf('adjust-scaling'),
        verifyXray: bundleOf('verify-xray'),
        remediate: bundleOf('remediate'),
      };
      const file = page === undefined ? fileURLToPath(new URL('../demo.html', import.meta.url)) : resolve(page);
      const writePage = async (html: string): Promise<string> => {
        await cli.writeFile(file, html);
        return `The page of this run: ${pathToFileURL(file).href}`;
      };
      exit(await runDemo({ terminal: cli.terminal, bundles, writePage, version: cli.version, signal: cli.signal }));
    });
