import { runCli } from '../../cli/program.ts';
import { createRegistrationBudget } from '../../shared/aws/call-budget.ts';
import { createInMemoryPorts } from '../../simulator/ports/in-memory.ts';
import type { World } from '../../simulator/world.ts';
import type { Stage } from './stage.ts';
import { mustBeTold } from './told-calls.ts';

/** What a test says of the person and the process; nobody sits there unless `says` does. */
export interface CommandLineOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** The answers of the person at the terminal, in order. */
  readonly says?: readonly boolean[];
  /** Files by path. */
  readonly files?: Readonly<Record<string, string>>;
  /** Colours, as on a terminal. */
  readonly colour?: boolean;
  /** Aborted when the person gives up. */
  readonly signal?: AbortSignal;
}

/** What a command line came to. */
export interface CommandLineResult {
  readonly code: number;
  readonly out: string;
  readonly err: string;
  /** What the person was asked. */
  readonly asked: readonly string[];
  /** Files that were written, by path. */
  readonly written: ReadonlyMap<string, string>;
}

/** Ids that the seed makes are of no interest to a test. */
export const plainIds = (text: string): string =>
  text
    .replace(/\b[0-9a-f]{32}\b/g, '<id>')
    .replace(/\beni-[0-9a-f]+/g, '<eni>')
    .replace(/ecs-svc\/\d+/g, 'ecs-svc/<id>');

/** The lines without ids, and without the calls, which are counted elsewhere. */
export const plainWords = (text: string): string =>
  plainIds(text).replace(/^(?:\d+ AWS calls?: .*|No AWS call was sent\.)\n(?: {2}\S.*\n)*/gm, '<calls>\n');

/**
 * Runs `taskwire` with these arguments over the stage's world, in virtual time.
 * @throws If the verb makes a call that docs/permissions.md does not tell.
 */
export const taskwire = async (
  stage: Pick<Stage, 'world'>,
  argv: readonly string[],
  { env = {}, says, files = {}, colour = false, signal = new AbortController().signal }: CommandLineOptions = {},
): Promise<CommandLineResult> => {
  const { world } = stage;
  const counted = { ...world.calls.counts() };
  // What the verb itself calls: the stage's functions go on beside it.
  const sent = new Set<string>();
  const through: World = {
    ...world,
    call: (action, input) => {
      sent.add(action);
      return world.call(action, input);
    },
    deployed: {
      ...world.deployed,
      meet: (action) => {
        sent.add(action);
        return world.deployed.meet(action);
      },
    },
  };
  const answers = [...(says ?? [])];
  const asked: string[] = [];
  const written = new Map<string, string>();
  let out = '';
  let err = '';
  const look = { colour, width: 80 };
  const code = await world.clock.until(
    runCli(argv, {
      version: '1.2.3',
      terminal: {
        out: (text) => {
          out += text;
        },
        outLook: look,
        note: (text) => {
          err += text;
        },
        noteLook: look,
        progress: () => undefined,
        ask:
          says === undefined
            ? undefined
            : async (question) => {
                asked.push(question);
                return answers.shift() ?? false;
              },
      },
      env,
      readFile: async (path) => {
        const text = files[path];
        if (text !== undefined) return text;
        throw Object.assign(new Error(`ENOENT: no such file or directory, open '${path}'`), { code: 'ENOENT' });
      },
      writeFile: async (path, text) => {
        written.set(path, text);
      },
      filesIn: async (folder) => {
        const below = Object.keys(files).filter((path) => path.startsWith(`${folder}/`));
        return below.length > 0 ? below : undefined;
      },
      connect: async () => ({
        ...createInMemoryPorts(through),
        budget: createRegistrationBudget({ clock: world.clock }),
        calls: () =>
          Object.fromEntries(
            Object.entries(world.calls.counts())
              .map(([action, count]): [string, number] => [action, count - (counted[action] ?? 0)])
              .filter(([, count]) => count > 0),
          ),
      }),
      signal,
    }),
    3_600_000,
  );
  mustBeTold(argv[0] ?? '', sent);
  return { code, out, err, asked, written };
};
