import type { Finding } from '../core/outcome.ts';
import type { Settings } from '../core/settings.ts';
import { quote } from '../core/text.ts';
import type { WantedCollector } from '../core/tracing/subject.ts';
import { nearest } from './nearest.ts';

/** What the tags of one ECS service say about tracing; a member is absent where its tag is, or is wrong. */
export interface ParsedTracing {
  readonly tracing?: Settings['tracing'];
  readonly collector?: WantedCollector;
  readonly findings: readonly Finding[];
}

const TRACING: readonly Settings['tracing'][] = ['required', 'optional', 'off'];
const COLLECTORS: readonly WantedCollector[] = ['xray', 'adot', 'cloudwatch-agent', 'any'];

/**
 * Reads what the tags of an ECS service say about tracing. A wrong one counts as none, so that the stack's default
 * holds. Rules: TAG-30 tracing · TAG-31 collector.
 */
export const parseTracingTags = (
  tags: Readonly<Record<string, string>>,
  {
    prefix,
    resource,
  }: {
    /** `taskwire`, or what the stack calls it. */
    readonly prefix: string;
    /** ARN of the service: what the findings are about. */
    readonly resource: string;
  },
): ParsedTracing => {
  const findings: Finding[] = [];
  const read = <T extends string>(name: string, rule: string, choices: readonly T[]): T | undefined => {
    const tag = `${prefix}:${name}`;
    const value = Object.hasOwn(tags, tag) ? tags[tag] : undefined;
    if (value === undefined) return undefined;
    const chosen = choices.find((one) => one === value.trim());
    if (chosen !== undefined) return chosen;
    const meant = nearest(value, choices);
    findings.push({
      rule,
      severity: 'high',
      resource,
      summary: `${tag} is ${quote(value)}: it must be one of ${choices.join(', ')}; the stack’s own setting holds.`,
      fix: meant === undefined ? `Set ${tag} to ${choices.join(' or ')}, or take it away.` : `Set ${tag} to ${meant}.`,
    });
    return undefined;
  };
  const tracing = read('tracing', 'TAG-30', TRACING);
  const collector = read('collector', 'TAG-31', COLLECTORS);
  return { ...(tracing !== undefined && { tracing }), ...(collector !== undefined && { collector }), findings };
};
