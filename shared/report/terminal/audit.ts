import type { AuditFinding, AuditReport } from '../../core/audit/report.ts';
import type { Unseen } from '../../core/audit/snapshot.ts';
import { groupBy } from '../../core/group-by.ts';
import { counted, listed, momentOf, SEVERITIES } from '../figures.ts';
import { resourceKindOf, resourceNameOf } from '../resource-name.ts';
import { type Verdict, verdictOf } from '../verdict.ts';
import { findingCount, findingLines } from './findings.ts';
import { callLine } from './footer.ts';
import { EMPTY, type Line, line, type Tone } from './text.ts';

const TONES: Readonly<Record<Verdict['tone'], Tone>> = { bad: 'bad', warn: 'warn', unsure: 'warn', good: 'good' };

/** What findings are listed under: the service, else the target group, else what they are about. */
const subjectOf = ({ service, targetGroup, resource }: AuditFinding): string => service ?? targetGroup ?? resource;

const titleOf = (subject: string): string => {
  const kind = resourceKindOf(subject);
  return kind === '' ? resourceNameOf(subject) : `${kind} ${resourceNameOf(subject)}`;
};

const rankOf = ([first]: readonly AuditFinding[]): number => (first ? SEVERITIES.indexOf(first.severity) : 0);

/** Findings are sorted, the worst first, and so is each group of them. */
const groupLines = (findings: readonly AuditFinding[]): readonly Line[] =>
  [...groupBy(findings, subjectOf)]
    .toSorted(([a, some], [b, others]) => rankOf(some) - rankOf(others) || (a < b ? -1 : 1))
    .flatMap(([subject, own]) => [line(titleOf(subject), 'strong'), ...findingLines(own), EMPTY]);

const unseenLines = (unseen: readonly Unseen[]): readonly Line[] =>
  unseen.length === 0
    ? []
    : [
        line('Not seen, so nothing is concluded about it:', 'warn'),
        ...unseen.map(({ resource, what, why }) => ({
          spans: [{ text: `${resourceNameOf(resource)}, ${what}: `, tone: 'strong' as const }, { text: why }],
          indent: 2,
          hang: 4,
        })),
        EMPTY,
      ];

const whatLine = ({ summary, region, account }: AuditReport): Line => {
  const { services, tasks, groups, takenAtMs } = summary;
  const seen = [counted(services, 'service'), counted(tasks, 'task'), counted(groups, 'target group')];
  const place = [account, region].filter(Boolean).join(' in ');
  return line(`${listed(seen)}${place === '' ? '' : `, account ${place}`}, ${momentOf(takenAtMs)}`, 'dim');
};

/** The verdict in one line. */
export const verdictLine = (report: AuditReport): Line => {
  const { tone, sentence } = verdictOf(report);
  return { spans: [{ text: sentence, tone: TONES[tone] }] };
};

/** An audit for a terminal: the verdict first, then findings by service with their cures, then what was not seen. */
export const auditLines = (report: AuditReport): readonly Line[] => {
  const { findings, unseen, summary } = report;
  const count = findingCount(findings);
  return [
    verdictLine(report),
    whatLine(report),
    EMPTY,
    ...groupLines(findings),
    ...unseenLines(unseen),
    ...(count === undefined ? [] : [line(`${count}.`)]),
    callLine(summary),
  ];
};
