import type { Settings } from '../core/settings.ts';
import { quote } from '../core/text.ts';
import { nearest } from './nearest.ts';
import { parseTracingSettings } from './tracing-settings.ts';

const NAME = 'TASKWIRE_PASS_ROLES';
const ROLE = /^arn:[\w-]+:iam::\d{12}:role\/[\w+=,.@/-]{1,512}$/;

/** The settings of `remediate`: those of tracing, and which roles it may hand to ECS. */
export type RemediateSettings = ReturnType<typeof parseTracingSettings> &
  Settings & {
    /** ARNs; empty: sidecars are only planned. */
    readonly passRoles: readonly string[];
  };

/**
 * Reads the settings of a stack with those that only `remediate` has.
 * @throws {SettingsError} Names all that are wrong at once, each with what it should be.
 */
export const parseRemediateSettings = (env: Readonly<Record<string, string | undefined>>): RemediateSettings => {
  const wrong: string[] = [];
  const passRoles = [...new Set((env[NAME] ?? '').split(/[\s,]+/).filter((arn) => arn !== ''))];
  for (const arn of passRoles) {
    if (ROLE.test(arn)) continue;
    wrong.push(
      `${NAME} lists ${quote(arn)}: list ARNs of roles separated by commas (no names, no patterns), such as arn:aws:iam::111122223333:role/web`,
    );
  }
  for (const name of Object.keys(env).toSorted()) {
    if (name !== NAME && name.startsWith('TASKWIRE_') && nearest(name, [NAME]) !== undefined) {
      wrong.push(`${quote(name)} is no setting: rename it to ${NAME}`);
    }
  }
  return { ...parseTracingSettings(env, wrong), passRoles };
};
