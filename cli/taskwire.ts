#!/usr/bin/env node
import { readFile, writeFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import packageJson from '../package.json' with { type: 'json' };
import { OutOfTimeError } from '../shared/errors.ts';
import { runCli } from './program.ts';
import { createTerminal } from './terminal.ts';

// The SDK would print a notice about the version of Node in the middle of the answer.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';

// `taskwire plan | head` ends the pipe before the answer does.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit();
  throw error;
});

const giveUp = new AbortController();
// Once: whoever presses Ctrl-C again does not want to wait for what is under way.
process.once('SIGINT', () => giveUp.abort(new OutOfTimeError('Interrupted: what was not begun is not done.')));

process.exitCode = await runCli(process.argv.slice(2), {
  version: packageJson.version,
  terminal: createTerminal(process, giveUp.signal),
  env: process.env,
  readFile: (path) => (path === '-' ? text(process.stdin) : readFile(path, 'utf8')),
  writeFile: (path, content) => writeFile(path, content),
  filesIn: async (path) => (await import('./files-in.ts')).filesIn(path),
  // The SDK is large; help and wrong usage need none of it.
  connect: async (settings, signal) => (await import('./aws.ts')).connectToAws(settings, signal),
  signal: giveUp.signal,
});
