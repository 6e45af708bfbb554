import { Option } from '@commander-js/extra-typings';
import { parseInput } from '../shared/contracts/input.ts';
import type { Scope } from '../shared/core/message.ts';
import { quote } from '../shared/core/text.ts';
import { InputError } from '../shared/errors.ts';
import { SEVERITIES } from './exit-code.ts';
import { HALVES, type Half } from './halves.ts';
import { UsageError } from './usage-error.ts';

/** `--json` */
export const jsonOption = () => new Option('--json', 'print one JSON document, and nothing else, to stdout');

/** `--fail-on` */
export const failOnOption = () =>
  new Option('--fail-on <severity>', 'exit with 1 for findings of this severity, and worse ones')
    .choices(SEVERITIES)
    .default('high' as const);

/** `--yes` */
export const yesOption = () => new Option('--yes', 'do not ask; needed where there is no terminal to ask on');

/** `--cluster`, `--service` and `--target-group`, as a person gives them. */
export const clusterOption = () => new Option('--cluster <cluster>', 'only this ECS cluster (name or ARN)');
export const serviceOption = () => new Option('--service <service>', 'only this ECS service (name or ARN)');
export const targetGroupOption = () => new Option('--target-group <group>', 'only this target group (name or ARN)');

/** `--only` */
export const onlyOption = () =>
  new Option('--only <half>', 'only target groups, or only the auto scaling of services').choices(HALVES);

const FLAGS = { cluster: '--cluster', service: '--service', targetGroup: '--target-group' } as const;

/**
 * What a sweep is narrowed to.
 * @throws {UsageError} If one of them is neither a name nor an ARN: passed over, it would mean everything.
 */
export const parseScope = (options: {
  readonly cluster?: string | undefined;
  readonly service?: string | undefined;
  readonly targetGroup?: string | undefined;
}): Scope => {
  const { cluster, service, targetGroup } = options;
  const scope: Scope = {
    ...(cluster !== undefined && { cluster }),
    ...(service !== undefined && { service }),
    ...(targetGroup !== undefined && { targetGroup }),
  };
  for (const name of ['cluster', 'service', 'targetGroup'] as const) {
    const value = scope[name];
    if (value === undefined) continue;
    try {
      // The same rules as for a sweep that is asked of the function by hand.
      parseInput({ dryRun: true, [name]: value }, 0);
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      throw new UsageError(
        `${FLAGS[name]} must be a name or an ARN, found ${quote(value)}. Leave it out to mean all of them.`,
      );
    }
  }
  return scope;
};

/**
 * Checks what a person gives as a target group, and not as an option's value.
 * @throws {UsageError} If it is neither a name nor an ARN.
 */
export const mustNameGroup = (text: string): void => {
  try {
    parseScope({ targetGroup: text });
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    throw new UsageError(`${quote(text)} is neither the name nor the ARN of a target group.`);
  }
};

/** What is to be looked at. */
export const halvesOf = (only: Half | undefined): readonly Half[] => (only === undefined ? HALVES : [only]);

/** The options that narrow to this scope, to be shown. */
export const scopeText = (scope: Scope): string =>
  [
    scope.cluster && `${FLAGS.cluster} ${scope.cluster}`,
    scope.service && `${FLAGS.service} ${scope.service}`,
    scope.targetGroup && `${FLAGS.targetGroup} ${scope.targetGroup}`,
  ]
    .filter(Boolean)
    .join(' ');
