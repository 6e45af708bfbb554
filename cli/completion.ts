import { Argument, Command, type Option } from '@commander-js/extra-typings';
import type { Verb } from './cli.ts';

const SHELLS = ['bash', 'zsh', 'fish'] as const;
type Shell = (typeof SHELLS)[number];

const EXAMPLES = `
Examples:
  $ source <(taskwire completion bash)       in ~/.bashrc
  $ source <(taskwire completion zsh)        in ~/.zshrc, behind compinit
  $ taskwire completion fish > ~/.config/fish/completions/taskwire.fish

Prints the script of this version; names of your resources are not looked up.
Exit code: 0 printed, 2 wrong usage.`;

/** What stands behind the name of a verb. */
interface Word {
  readonly flags: readonly string[];
  readonly about: string;
  /** It takes a value; these are all there are, where they are known. */
  readonly takes: boolean;
  readonly choices: readonly string[];
}

interface VerbWords {
  readonly name: string;
  readonly about: string;
  readonly options: readonly Word[];
  /** What its arguments can be; none where they are files, or names that only AWS knows. */
  readonly choices: readonly string[];
}

/** What of commander's commands is read. */
interface CommandLike {
  name(): string;
  summary(): string;
  readonly options: readonly Pick<Option, 'short' | 'long' | 'description' | 'argChoices' | 'required' | 'optional'>[];
  readonly registeredArguments: readonly Pick<Argument, 'argChoices'>[];
}

const HELP: Word = { flags: ['-h', '--help'], about: 'display help for command', takes: false, choices: [] };

const verbOf = (command: CommandLike): VerbWords => ({
  name: command.name(),
  about: command.summary(),
  options: [
    ...command.options.map(({ short, long, description, argChoices = [], required, optional }) => ({
      flags: [short, long].filter((flag) => flag !== undefined),
      about: description,
      takes: required || optional,
      choices: argChoices,
    })),
    HELP,
  ],
  choices: command.registeredArguments.flatMap(({ argChoices = [] }) => argChoices),
});

const bash = (verbs: readonly VerbWords[]): string => {
  const values = verbs.flatMap(({ name, options }) =>
    options
      .filter(({ takes }) => takes)
      .flatMap(({ flags, choices }) => flags.map((flag) => `    '${name} ${flag}') words='${choices.join(' ')}' ;;`)),
  );
  const words = verbs.map(
    ({ name, options, choices }) =>
      `        ${name}) words='${[...choices, ...options.flatMap(({ flags }) => flags)].join(' ')}' ;;`,
  );
  return `_taskwire() {
  local current=\${COMP_WORDS[COMP_CWORD]} words=''
  if [ "$COMP_CWORD" -eq 1 ]; then
    COMPREPLY=($(compgen -W '${[...verbs.map(({ name }) => name), 'help', '--help', '--version'].join(' ')}' -- "$current"))
    return
  fi
  case "\${COMP_WORDS[1]} \${COMP_WORDS[COMP_CWORD-1]}" in
${values.join('\n')}
    *)
      case "\${COMP_WORDS[1]}" in
${words.join('\n')}
      esac ;;
  esac
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}
complete -o default -F _taskwire taskwire
`;
};

/** In single quotes of a shell. */
const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

const zsh = (verbs: readonly VerbWords[]): string => {
  const plain = (text: string): string => text.replace(/[[\]:\\]/g, '\\$&');
  const specOf = ({ flags, about, takes, choices }: Word): readonly string[] =>
    flags.map((flag) => {
      const value = !takes ? '' : choices.length > 0 ? `:value:(${choices.join(' ')})` : ':value:_default';
      return quoted(`${flag}[${plain(about)}]${value}`);
    });
  const cases = verbs.map(({ name, options, choices }) => {
    const rest = choices.length > 0 ? `1:what:(${choices.join(' ')})` : '*:what:_default';
    return `    ${name}) _arguments ${[...options.flatMap(specOf), quoted(rest)].join(' ')} ;;`;
  });
  return `#compdef taskwire
_taskwire() {
  local -a verbs=(
${verbs.map(({ name, about }) => `    ${quoted(`${name}:${plain(about)}`)}`).join('\n')}
    'help:display help for command'
  )
  if (( CURRENT == 2 )); then
    _describe 'verb' verbs
    return
  fi
  local verb=$words[2]
  shift words
  (( CURRENT-- ))
  case $verb in
${cases.join('\n')}
  esac
}
compdef _taskwire taskwire
`;
};

const fish = (verbs: readonly VerbWords[]): string => {
  const first = verbs.map(
    ({ name, about }) => `complete -c taskwire -n __fish_use_subcommand -f -a ${name} -d ${quoted(about)}`,
  );
  const rest = verbs.flatMap(({ name, options, choices }) => {
    const when = `complete -c taskwire -n '__fish_seen_subcommand_from ${name}'`;
    return [
      ...(choices.length > 0 ? [`${when} -f -a ${quoted(choices.join(' '))}`] : []),
      ...options.map((word) => {
        const names = word.flags.map((flag) => (flag.startsWith('--') ? `-l ${flag.slice(2)}` : `-s ${flag.slice(1)}`));
        const value = !word.takes ? '' : word.choices.length > 0 ? ` -x -a ${quoted(word.choices.join(' '))}` : ' -r';
        return `${when} ${names.join(' ')}${value} -d ${quoted(word.about)}`;
      }),
    ];
  });
  return `${[...first, ...rest].join('\n')}\n`;
};

const SCRIPTS: Readonly<Record<Shell, (verbs: readonly VerbWords[]) => string>> = { bash, zsh, fish };

/** `taskwire completion`: made from the commands themselves, so that no verb and no option can be missing. */
export const completion: Verb = ({ cli }) =>
  new Command('completion')
    .summary('print a script that completes verbs and options')
    .description('Prints a script for a shell that completes the verbs and options of taskwire.')
    .addArgument(new Argument('<shell>', 'which shell').choices(SHELLS))
    .addHelpText('after', EXAMPLES)
    .action((shell, _options, command) => {
      const verbs: readonly CommandLike[] = command.parent?.commands ?? [];
      cli.terminal.out(SCRIPTS[shell](verbs.map(verbOf)));
    });
