import type { Finding } from '../core/outcome.ts';
import { wrongStandby } from '../core/targets/findings.ts';
import { quote } from '../core/text.ts';

/** What a task's own tags say about standing by. */
export interface ParsedStandby {
  readonly standby: boolean;
  /** TAG-13, where the value is neither true nor false: it changes nothing. */
  readonly findings: readonly Finding[];
}

/** Reads `standby` of a task's own tags; a task without tags is not on standby. */
export const parseStandby = (
  tags: Readonly<Record<string, string>> | undefined,
  prefix: string,
  taskArn: string,
): ParsedStandby => {
  const tag = `${prefix}:standby`;
  const value = tags !== undefined && Object.hasOwn(tags, tag) ? tags[tag] : undefined;
  const said = value?.trim();
  if (value === undefined || said === 'true' || said === 'false') return { standby: said === 'true', findings: [] };
  const fault = wrongStandby(
    `${tag} is ${quote(value)}: it can be true or false.`,
    `Set ${tag} to true to hold the task out of its target groups, or take it away.`,
  );
  return { standby: false, findings: [{ ...fault, resource: taskArn }] };
};

/** Whether a task's own tags hold it out of its target groups. */
export const isStandby = (tags: Readonly<Record<string, string>> | undefined, prefix: string): boolean =>
  parseStandby(tags, prefix, '').standby;
