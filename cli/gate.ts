import { Argument, Command, InvalidArgumentError, Option } from '@commander-js/extra-typings';
import type { ServiceName } from '../shared/app/explain-scaling.ts';
import { createGateGroups } from '../shared/app/gate-groups.ts';
import { wiringReaders } from '../shared/contracts/wiring-readers.ts';
import { askedBy, strategyOf, withoutHooks } from '../shared/core/gate/deploying-service.ts';
import { noHooks, nothingToGate } from '../shared/core/gate/findings.ts';
import { USUAL_LIMIT_MINUTES } from '../shared/core/gate/hook.ts';
import type { Finding, Severity } from '../shared/core/outcome.ts';
import { parseArn } from '../shared/core/task/arn.ts';
import { quote } from '../shared/core/text.ts';
import { NotFoundError } from '../shared/errors.ts';
import type { Report } from '../shared/report/report.ts';
import { findingLines } from '../shared/report/terminal/findings.ts';
import { EMPTY, type Line, line, paint } from '../shared/report/terminal/text.ts';
import type { Answer, Cli, Verb } from './cli.ts';
import { exitCodeOf } from './exit-code.ts';
import { FORMATS, type Format, type GateHook, renderHook } from './gate-hook.ts';
import { failOnOption, jsonOption } from './options.ts';
import { reportOf } from './seen.ts';
import { parseServiceName } from './service-name.ts';
import { UsageError } from './usage-error.ts';
import { createVerbTools } from './verb-tools.ts';

const EXAMPLES = `
Examples:
  $ taskwire gate production/checkout      all of it, for every tool
  $ taskwire gate production/checkout --format terraform > hook.tf
  $ taskwire gate production/checkout --minutes 30 --stage test

Reads the service and prints; changes nothing. The gate is the function
gate-deployment of the stack taskwire-<stage>. At POST_SCALE_UP it lets a
deployment go on once every new task is healthy in every wired target group, and
ends it after the time limit, or at once where a task can never be wired.
Rolling deployments know no such hook.
Exit code: 0 printed, 1 findings at or above --fail-on, 2 wrong usage,
  3 could not finish.`;

/** What gate was asked. */
interface GateOptions {
  readonly name: ServiceName;
  readonly format?: Format;
  readonly minutes: number;
  readonly stage: string;
  readonly functionArn?: string;
  readonly roleArn?: string;
  readonly failOn: Severity;
  readonly json: boolean;
}

/** The report of a gate: an Outcome, and how the hook is written. */
interface GateReport extends Report {
  readonly service: string;
  readonly controller: string;
  readonly strategy: string;
  /** Whether its deployments ask such hooks. */
  readonly hooks: boolean;
  readonly formats: Readonly<Record<Format, string>>;
}

const TITLES: Readonly<Record<Format, string>> = {
  cloudformation: 'CloudFormation',
  terraform: 'Terraform',
  cdk: 'CDK',
  cli: 'AWS command line',
};

/** As the stack of that stage calls them. */
const hookOf = (serviceArn: string, { stage, functionArn, roleArn, minutes }: GateOptions): GateHook => {
  const { partition, region, account } = parseArn(serviceArn) ?? { partition: 'aws', region: '', account: '' };
  return {
    functionArn:
      functionArn ?? `arn:${partition}:lambda:${region}:${account}:function:taskwire-${stage}-gate-deployment`,
    roleArn: roleArn ?? `arn:${partition}:iam::${account}:role/taskwire-${stage}-${region}-gate-hook`,
    timeLimitMinutes: minutes,
  };
};

const runGate = async (options: GateOptions, cli: Cli): Promise<Answer> => {
  const { settings, deps, deployments, calls } = await createVerbTools(cli);
  const { cluster, service: asked } = options.name;
  const service = await deployments.describe(cluster, asked);
  if (service === undefined) {
    throw new NotFoundError(
      `Service ${asked} in cluster ${cluster} does not exist. Check its name, the account and the Region.`,
    );
  }
  const name = `${service.cluster}/${service.name}`;
  const groups = createGateGroups({
    ...deps,
    ...wiringReaders(settings),
  });
  const wired = await groups.of(service.cluster, service.name);
  const hook = hookOf(service.serviceArn, options);
  const without = withoutHooks(service);
  const findings: readonly Finding[] = [
    ...(without === undefined ? [] : [{ resource: service.serviceArn, ...noHooks(without.why, without.cure) }]),
    ...(wired.bindings.length > 0
      ? []
      : [
          {
            resource: service.serviceArn,
            ...nothingToGate(
              `No target group is wired to ${name}: the gate would let every deployment pass.`,
              `Tag a target group with ${settings.tagPrefix}:service = ${name}.`,
            ),
          },
        ]),
    ...wired.findings,
  ];
  const strategy = strategyOf(service);
  const formats = renderHook(hook, strategy, service);
  const of = { verb: 'gate', mode: 'observe', calls: calls(), env: cli.env } as const;
  const report: GateReport = {
    ...reportOf({ changes: [], held: [], findings, failures: [] }, of),
    service: service.serviceArn,
    controller: service.controller,
    strategy,
    hooks: without === undefined,
    formats,
  };
  const there = askedBy(service).includes(hook.functionArn);
  const waitsFor = wired.bindings.map(({ group, wiring }) =>
    wiring.mode === 'observe' ? `${group.name} (observe: not waited for)` : group.name,
  );
  const lines: readonly Line[] = [
    line(`Service ${name}`, 'strong'),
    line(`deployed by ${service.controller}, strategy ${strategy}`, undefined, 2),
    line(`wired to ${waitsFor.length > 0 ? waitsFor.join(', ') : 'no target group'}`, undefined, 2),
    ...(there ? [line('Its deployments ask this gate already.', 'good', 2)] : []),
    ...(findings.length > 0 ? [EMPTY, ...findingLines(findings)] : []),
  ];
  const code = exitCodeOf(report, options.failOn);
  if (options.json) return { report, lines, code };
  if (options.format !== undefined) {
    cli.terminal.note(paint(lines, cli.terminal.noteLook));
    return { report, lines, document: formats[options.format], code };
  }
  const shown = FORMATS.map(
    (format) => `${paint([EMPTY, line(TITLES[format], 'strong')], cli.terminal.outLook)}${formats[format]}`,
  );
  return { report, lines, document: `${paint(lines, cli.terminal.outLook)}${shown.join('')}`, code };
};

const parseMinutes = (text: string): number => {
  const minutes = /^\d{1,4}$/.test(text) ? Number(text) : 0;
  if (minutes >= 1 && minutes <= 1_440) return minutes;
  throw new InvalidArgumentError('It must be a whole number from 1 to 1440.');
};

const arnOf =
  (service: string) =>
  (text: string): string => {
    if (parseArn(text)?.service === service) return text;
    throw new InvalidArgumentError('It must be an ARN of it.');
  };

/** `taskwire gate` */
export const gate: Verb = ({ cli, answer }) =>
  new Command('gate')
    .summary('print the hook that makes deployments wait for target groups')
    .description(
      'Prints the deployment lifecycle hook to add to a service, for CloudFormation, Terraform, CDK and the AWS command line, and says whether the service’s deployments can have hooks.',
    )
    .addArgument(new Argument('<service>', 'ARN, or <cluster>/<service>'))
    .addOption(new Option('--cluster <cluster>', 'the cluster of a service that is given by an ARN without it'))
    .addOption(new Option('--format <format>', 'only for this tool, and nothing else to stdout').choices(FORMATS))
    .addOption(
      new Option('--minutes <minutes>', 'how long a deployment waits for its tasks')
        .argParser(parseMinutes)
        .default(USUAL_LIMIT_MINUTES),
    )
    .addOption(new Option('--stage <stage>', 'of the stack: names function and role').default('prod'))
    .addOption(new Option('--function <arn>', 'the gate, where it is called otherwise').argParser(arnOf('lambda')))
    .addOption(new Option('--role <arn>', 'the role with which ECS invokes it').argParser(arnOf('iam')))
    .addOption(failOnOption())
    .addOption(jsonOption())
    .addHelpText('after', EXAMPLES)
    .action(async (service, { json = false, cluster, function: functionArn, role: roleArn, format, ...options }) => {
      await answer('gate', json, async () => {
        const name = parseServiceName(service, cluster);
        if (name === undefined) {
          throw new UsageError(`${quote(service)} is neither the ARN of an ECS service nor <cluster>/<service>.`);
        }
        const given = {
          ...(format !== undefined && { format }),
          ...(functionArn !== undefined && { functionArn }),
          ...(roleArn !== undefined && { roleArn }),
        };
        return runGate({ name, json, ...options, ...given }, cli);
      });
    });
