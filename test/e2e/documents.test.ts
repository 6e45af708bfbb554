import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { VERBS } from '../../cli/verbs.ts';

const DOCUMENTS = [
  'README.md',
  'CONTRIBUTING.md',
  'ARCHITECTURE.md',
  'CHANGELOG.md',
  ...readdirSync('docs')
    .filter((name) => name.endsWith('.md'))
    .map((name) => join('docs', name)),
];

const read = (name: string): string => readFileSync(name, 'utf8');

/** Commands in code blocks and in code spans. */
const commandsIn = (text: string): readonly string[] => {
  const blocks = [...text.matchAll(/```sh\n([\s\S]*?)```/g)].flatMap(([, block = '']) => block.split('\n'));
  const spans = [...text.matchAll(/`((?:npm|taskwire) [^`\n]+)`/g)].map(([, span = '']) => span);
  return [...blocks, ...spans].map((line) => line.trim()).filter((line) => line !== '');
};

/** `## What it costs` → `#what-it-costs`, as GitHub makes them. */
const anchorsIn = (text: string): ReadonlySet<string> =>
  new Set(
    [...text.matchAll(/^#+ (.+)$/gm)].map(
      ([, heading = '']) =>
        `#${heading
          .toLowerCase()
          .replace(/[^\p{L}\p{N}\s_-]/gu, '')
          .replaceAll(' ', '-')}`,
    ),
  );

const scripts = new Set(Object.keys((JSON.parse(read('package.json')) as { scripts: object }).scripts));
const verbs = new Map(
  VERBS.map((verb) => {
    const command = verb({} as Parameters<typeof verb>[0]);
    return [command.name(), command] as const;
  }),
);

/** What is wrong with a command, if anything. */
const problemOf = (command: string): string | undefined => {
  const [program, name = '', ...rest] = command.split(/ +/);
  if (program === 'npm') {
    const script = name === 'run' ? (rest[0] ?? '') : name;
    return script === 'ci' || script === 'install' || scripts.has(script) ? undefined : `no npm script "${script}"`;
  }
  const verbName = program === 'node' && name === 'dist/cli/taskwire.mjs' ? (rest[0] ?? '') : name;
  if (program !== 'taskwire' && program !== 'node') return undefined;
  if (program === 'node' && name !== 'dist/cli/taskwire.mjs') return undefined;
  const verb = verbs.get(verbName);
  if (verb === undefined) return `no verb "${verbName}"`;
  const known = new Set(verb.options.map(({ long }) => long));
  const unknown = rest.find((word) => word.startsWith('--') && !known.has(word));
  return unknown === undefined ? undefined : `taskwire ${verbName} has no option ${unknown}`;
};

describe.each(DOCUMENTS)('%s', (name) => {
  test('names only commands that there are', () => {
    const wrong = commandsIn(read(name)).flatMap((command) => problemOf(command) ?? []);
    expect(wrong).toEqual([]);
  });

  test('links only to files and headings that there are', () => {
    const links = [...read(name).matchAll(/\]\((?!https?:)([^)#\s]*)(#[^)\s]*)?\)/g)];
    const broken = links.flatMap(([link, path = '', anchor]) => {
      const file = path === '' ? name : join(dirname(name), path);
      return anchor === undefined || !file.endsWith('.md')
        ? read(file) && []
        : anchorsIn(read(file)).has(anchor)
          ? []
          : [link];
    });
    expect(broken).toEqual([]);
  });
});

test('the check itself notices a command that is none', () => {
  expect(problemOf('npm run nonsense')).toBe('no npm script "nonsense"');
  expect(problemOf('taskwire nonsense')).toBe('no verb "nonsense"');
  expect(problemOf('taskwire plan --nonsense')).toBe('taskwire plan has no option --nonsense');
  expect(commandsIn(read('README.md'))).toEqual(expect.arrayContaining(['npm start', 'npm run build']));
  expect(anchorsIn('## What it costs, `really`?')).toEqual(new Set(['#what-it-costs-really']));
});
