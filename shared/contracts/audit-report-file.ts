import * as v from 'valibot';
import type { AuditReport } from '../core/audit/report.ts';
import { InputError } from '../errors.ts';
import { check } from './problem.ts';

const text = v.string('text');
const number = v.pipe(v.number('a number'), v.finite('a finite number'));
const texts = v.array(text, 'a list');
const counts = v.record(text, number, 'an object');
const severity = v.picklist(['high', 'medium', 'low', 'info'], 'high, medium, low or info');

const object = <T extends v.ObjectEntries>(entries: T) => v.object(entries, 'an object');
const listOf = <T extends v.ObjectEntries>(entries: T) => v.array(object(entries), 'a list');

const summary = object({
  takenAtMs: number,
  services: number,
  tasks: number,
  groups: number,
  targets: object({ missing: number, stale: number, wrong: number }),
  findings: object({ high: number, medium: number, low: number, info: number }),
  rules: counts,
  atMax: texts,
  calls: counts,
});

const FORMAT = 'taskwire-audit/1';
const report = object({
  format: v.literal(FORMAT, FORMAT),
  summary,
  region: v.exactOptional(text),
  account: v.exactOptional(text),
  by: v.exactOptional(text),
  findings: listOf({
    rule: text,
    severity,
    resource: text,
    summary: text,
    fix: text,
    service: v.exactOptional(text),
    cluster: v.exactOptional(text),
    targetGroup: v.exactOptional(text),
    risk: v.exactOptional(text),
    page: v.exactOptional(text),
  }),
  clusters: listOf({
    name: text,
    arn: v.exactOptional(text),
    workloads: listOf({
      key: text,
      kind: v.picklist(['service', 'family', 'beanstalk'], 'service, family or beanstalk'),
      arn: v.exactOptional(text),
      name: text,
      running: number,
      desired: v.exactOptional(number),
      min: v.exactOptional(number),
      max: v.exactOptional(number),
      groups: texts,
      worst: v.exactOptional(severity),
    }),
  }),
  groups: listOf({
    arn: text,
    name: text,
    mode: v.exactOptional(v.picklist(['enforce', 'observe'], 'enforce or observe')),
    states: counts,
    missing: number,
    stale: number,
    wrong: number,
    unknown: number,
    worst: v.exactOptional(severity),
  }),
  unseen: listOf({ resource: text, what: text, why: text }),
  rules: listOf({ id: text, slug: text, severity, requires: text, risk: text, fix: text, page: text }),
});

/** Reads a report that was written as JSON, without what it tells of earlier ones. @throws {InputError} If it is none. */
export const readAuditReport = (json: string): AuditReport => {
  const what = 'The report';
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch (cause) {
    throw new InputError(`${what} is no JSON.`, { cause });
  }
  const { format: _, ...read } = check(report, value, what);
  const rules = new Map(read.rules.map((rule) => [rule.id, rule]));
  // Risk and page stand with the rule, but where they are others.
  const findings = read.findings.map((finding) => {
    const { risk, page } = rules.get(finding.rule) ?? {};
    return { ...(risk !== undefined && { risk }), ...(page !== undefined && { page }), ...finding };
  });
  return { ...read, findings, history: [] };
};
