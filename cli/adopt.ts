import { Argument, Command, InvalidArgumentError, Option } from '@commander-js/extra-typings';
import { type Adoption, setTags, viewAdoptions } from '../shared/app/adopt-groups.ts';
import { wiringReaders } from '../shared/contracts/wiring-readers.ts';
import { type TagWish, workloadTagOf } from '../shared/core/adopt/tags.ts';
import type { Severity } from '../shared/core/outcome.ts';
import { workloadKeyOf } from '../shared/core/targets/binding.ts';
import type { Report } from '../shared/report/report.ts';
import { type AdoptedView, adoptedLines } from '../shared/report/terminal/adopted.ts';
import { callLine, failureLines } from '../shared/report/terminal/footer.ts';
import { EMPTY, type Line, line } from '../shared/report/terminal/text.ts';
import { count } from '../shared/report/terminal/words.ts';
import type { Answer, Cli, Verb } from './cli.ts';
import { isAgreed, mustBeAskable, tellFirst } from './confirm.ts';
import { exitCodeOf } from './exit-code.ts';
import { failOnOption, jsonOption, mustNameGroup, yesOption } from './options.ts';
import { reportOf } from './seen.ts';
import { createVerbTools } from './verb-tools.ts';

const EXAMPLES = `
Examples:
  $ taskwire adopt checkout-blue
                            who holds each target, and the tags that would wire
                            it to the service whose tasks hold most of them
  $ taskwire adopt checkout-blue --service production/checkout
                            the same for a service that you name
  $ taskwire adopt checkout-blue --service production/checkout --apply
                            shows it, asks, and sets the tags
  $ taskwire adopt checkout-blue --mode enforce --apply
                            goes on from observe to enforce

Tags are set with taskwire:mode = observe first: Taskwire then shows what it
would do (taskwire plan) and changes nothing. Without --apply nothing is set.
Signs: own it is a task's that belongs here, register missing, remove proven to
  be left over, report it stays and you should know, wait a second look decides,
  hold the brake holds it, + tag set, ~ tag changed.
Exit code: 0 all set or nothing to set, 1 tags to set or findings,
  2 wrong usage, 3 could not finish.`;

/** What adopt was asked. */
interface AdoptOptions {
  readonly groups: readonly string[];
  readonly wish: TagWish;
  readonly apply: boolean;
  readonly yes: boolean;
  readonly failOn: Severity;
  readonly json: boolean;
}

/** The report of an adoption: an Outcome, and what each group is and would be. */
interface AdoptReport extends Report {
  readonly adoptions: readonly (Pick<Adoption, 'targets' | 'adoptable'> & {
    readonly targetGroup: string;
    /** It named a workload already. */
    readonly tagged: boolean;
    /** On what the proposed workload rests, or why there is none. */
    readonly ground?: string;
    readonly tags: NonNullable<Adoption['proposal']>['changes'];
    readonly applied: boolean;
  })[];
  readonly notes: readonly string[];
}

const groundOf = ({ ground }: Adoption): string | undefined =>
  ground && (ground.workload === undefined ? ground.why : ground.restsOn);

/** The command that sets what is shown. */
const commandFor = ({ group, ground }: Adoption, { wish }: AdoptOptions): string => {
  const named = wish.workload ?? (ground?.workload && workloadTagOf(ground.workload));
  return [
    `taskwire adopt ${group.name}`,
    named && `--${named.name} ${named.value.includes(' ') ? `"${named.value}"` : named.value}`,
    wish.container && `--container ${wish.container}`,
    wish.port && `--port ${wish.port}`,
    wish.mode && `--mode ${wish.mode}`,
    '--apply',
  ]
    .filter(Boolean)
    .join(' ');
};

const nextOf = (adoption: Adoption, options: AdoptOptions, applied: boolean): AdoptedView['next'] => {
  const { adoptable, proposal, wiring, ground, group } = adoption;
  if (ground !== undefined && ground.workload === undefined) {
    return [
      { words: 'Name the workload, such as:', command: `taskwire adopt ${group.name} --service <cluster>/<service>` },
    ];
  }
  if (!adoptable || proposal === undefined || wiring === undefined) return [];
  const set = proposal.changes.length === 0 || applied;
  if (!set) {
    // About to be asked.
    if (options.apply) return [];
    return [{ words: 'Nothing was set. To set the tags:', command: commandFor(adoption, options) }];
  }
  if (wiring.mode === 'enforce')
    return [{ words: 'Taskwire makes the changes with the next events, and with the sweep within 5 minutes.' }];
  return [
    {
      words: 'It is only observed: look at what would be done with',
      command: `taskwire plan --target-group ${group.name}`,
    },
    { words: 'When that is right:', command: `taskwire adopt ${group.name} --mode enforce --apply` },
  ];
};

const viewOf = (adoption: Adoption, options: AdoptOptions, applied: boolean): AdoptedView => {
  const { group, tagged, wiring, ground, targets, proposal, findings } = adoption;
  const wired = wiring?.workloads.map(workloadKeyOf).join(', ');
  const facts = [
    [`type ${group.targetType}`, group.protocol && `${group.protocol} ${group.port}`, group.vpcId]
      .filter(Boolean)
      .join(', '),
    tagged ? 'carries tags of Taskwire already' : 'carries no tag of Taskwire that names a workload',
    ...(wired === undefined
      ? []
      : [
          `the tags ${applied || proposal?.changes.length === 0 ? '' : 'would '}wire it to ${wired}; targets ${wiring?.targets}, mode ${wiring?.mode}`,
        ]),
    ...(ground === undefined
      ? []
      : [
          ground.workload === undefined
            ? `no workload can be proposed: ${ground.why}`
            : `proposed, since ${ground.restsOn}`,
        ]),
  ];
  return {
    title: `Target group ${group.name}`,
    facts,
    targets,
    ...(proposal !== undefined && { proposal }),
    findings,
    next: nextOf(adoption, options, applied),
  };
};

const isToSet = ({ adoptable, proposal }: Adoption): boolean => adoptable && (proposal?.changes.length ?? 0) > 0;

const runAdopt = async (options: AdoptOptions, cli: Cli): Promise<Answer> => {
  const { apply, yes, json, failOn, wish } = options;
  if (apply) mustBeAskable('adopt', yes, cli);
  const { settings, deps, groupTags, fillers, calls } = await createVerbTools(cli);
  const adoptDeps = { ...deps, ...wiringReaders(settings), groupTags, fillers };
  const limits = { brakePercent: settings.brakePercent, brakeReleased: false };
  const { adoptions, notes } = await viewAdoptions(options.groups, wish, limits, adoptDeps);

  const applied = new Set<string>();
  const failures: { resource: string; error: unknown }[] = [];
  const viewLines = (): readonly Line[] =>
    adoptions.flatMap((each) => adoptedLines(viewOf(each, options, applied.has(each.group.arn))));
  const toSet = adoptions.filter(isToSet);
  const observed = settings.mode === 'observe';
  const told = [
    ...notes,
    ...(apply && observed ? ['TASKWIRE_MODE is observe: no tag is set. Leave it out to set them.'] : []),
  ];
  let shown = false;
  if (apply && !observed && toSet.length > 0) {
    tellFirst(viewLines(), json, cli);
    shown = true;
    const tags = toSet.reduce((sum, { proposal }) => sum + (proposal?.changes.length ?? 0), 0);
    if (await isAgreed(`Set ${count(tags, 'tag')} on ${count(toSet.length, 'target group')}?`, yes, cli)) {
      for (const adoption of toSet) {
        try {
          await setTags(adoption, adoptDeps);
          applied.add(adoption.group.arn);
        } catch (error) {
          failures.push({ resource: adoption.group.arn, error });
        }
      }
    }
  }

  const of = { verb: 'adopt', mode: apply ? settings.mode : 'observe', calls: calls(), env: cli.env } as const;
  const findings = adoptions.flatMap((each) => each.findings);
  const report: AdoptReport = {
    ...reportOf({ changes: [], held: [], findings, failures }, of),
    adoptions: adoptions.map((each) => {
      const ground = groundOf(each);
      return {
        targetGroup: each.group.arn,
        tagged: each.tagged,
        adoptable: each.adoptable,
        ...(ground !== undefined && { ground }),
        tags: each.proposal?.changes ?? [],
        applied: applied.has(each.group.arn),
        targets: each.targets,
      };
    }),
    notes: told,
  };
  const pending = toSet.some(({ group }) => !applied.has(group.arn)) || adoptions.some(({ adoptable }) => !adoptable);
  const code = exitCodeOf(report, failOn);
  const doneLines = toSet
    .filter(({ group }) => applied.has(group.arn))
    .flatMap((each) => [
      line(`Set ${count(each.proposal?.changes.length ?? 0, 'tag')} on ${each.group.name}.`, 'good'),
      ...nextOf(each, options, true).map(({ words, command }) => ({
        spans: [{ text: `${words}${command === undefined ? '' : ` ${command}`}` }],
        indent: 2,
        hang: 4,
      })),
    ]);
  const lines: readonly Line[] = [
    ...(shown ? doneLines : viewLines()),
    ...(shown && doneLines.length === 0 && failures.length === 0 ? [line('Nothing was set.')] : []),
    ...(shown ? [EMPTY] : []),
    ...told.map((note) => ({ spans: [{ text: note, tone: 'warn' as const }], hang: 2 })),
    ...(told.length > 0 ? [EMPTY] : []),
    ...failureLines(report.failures),
    callLine(report),
  ];
  return { report, lines, code: code === 0 && pending ? 1 : code };
};

const parsePort = (text: string): number => {
  const port = /^[1-9]\d{0,4}$/.test(text) ? Number(text) : Number.NaN;
  if (port <= 65_535) return port;
  throw new InvalidArgumentError('It must be a whole number from 1 to 65535.');
};

/** `taskwire adopt` */
export const adopt: Verb = ({ cli, answer }) =>
  new Command('adopt')
    .summary('show what wiring a target group that somebody else filled would mean, and set its tags')
    .description(
      'For target groups that were filled by hand or by an older tool: says who holds each target, what Taskwire would own, register, report and remove, and which tags wire the group. Sets them with --apply.',
    )
    .addArgument(new Argument('<group...>', 'names or ARNs of target groups'))
    .addOption(
      new Option('--service <service>', 'wire the tasks of <cluster>/<service>').conflicts(['family', 'beanstalk']),
    )
    .addOption(new Option('--family <family>', 'wire standalone tasks of <cluster>/<family>').conflicts('beanstalk'))
    .addOption(new Option('--beanstalk <environment>', 'wire the tasks of an Elastic Beanstalk environment'))
    .addOption(new Option('--container <container>', 'the container that listens, where several could be meant'))
    .addOption(new Option('--port <port>', 'its port, where several could be meant').argParser(parsePort))
    .addOption(
      new Option('--mode <mode>', 'observe for a group that is not wired yet, else as it is').choices([
        'observe',
        'enforce',
      ] as const),
    )
    .addOption(new Option('--apply', 'set the tags that are shown'))
    .addOption(yesOption())
    .addOption(failOnOption())
    .addOption(jsonOption())
    .addHelpText('after', EXAMPLES)
    .action(async (groups, given) => {
      const { json = false, apply = false, yes = false, failOn } = given;
      const { service, family, beanstalk, container, port, mode } = given;
      await answer('adopt', json, async () => {
        // What a target group's name or ARN may be, by the same rules as everywhere.
        for (const group of groups) mustNameGroup(group);
        const workload =
          service !== undefined
            ? ({ name: 'service', value: service } as const)
            : family !== undefined
              ? ({ name: 'family', value: family } as const)
              : beanstalk !== undefined
                ? ({ name: 'beanstalk', value: beanstalk } as const)
                : undefined;
        const wish: TagWish = {
          ...(workload !== undefined && { workload }),
          ...(container !== undefined && { container }),
          ...(port !== undefined && { port }),
          ...(mode !== undefined && { mode }),
        };
        return runAdopt({ groups, wish, apply, yes, failOn, json }, cli);
      });
    });
