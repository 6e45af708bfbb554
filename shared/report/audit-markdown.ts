import type { AuditFinding, AuditReport } from '../core/audit/report.ts';
import { printable } from '../core/text.ts';
import { counted, figure, listed, momentOf, SEVERITIES } from './figures.ts';
import { resourceNameOf } from './resource-name.ts';
import { trendOf } from './trend.ts';
import { verdictOf } from './verdict.ts';

/** What GitHub takes in one comment is 65,536 characters. */
const MOST_CHARACTERS = 60_000;
/** Lines about what was not seen, which stand before the findings. */
const MOST_UNSEEN = 20;
/** Outside text in one line: a finding of many addresses may be long. */
const MOST_OF_TEXT = 600;

/**
 * Outside text for Markdown: no markup, no link, no mention, no reference, whatever stands in it, and one line.
 * Entities where a backslash would not do: a mention and a bare address are looked for after Markdown's own signs.
 */
const plain = (text: string): string => {
  const cut = text.length > MOST_OF_TEXT ? `${text.slice(0, MOST_OF_TEXT).replace(/[\ud800-\udbff]$/, '')}…` : text;
  return printable(cut)
    .replace(/[&<>@#]/g, (sign) => `&#${sign.charCodeAt(0)};`)
    .replace(/[\\`*_[\]|~]/g, '\\$&')
    .replace(/:\/\//g, '&#58;//')
    .replace(/\bwww\./gi, (word) => `${word.slice(0, -1)}&#46;`);
};

const linkOf = (page: string | undefined): string =>
  page !== undefined && /^https:\/\/[\w./?=&%#-]+$/.test(page) ? ` [Why](${page})` : '';

const lineOf = ({ severity, rule, resource, service, summary, fix, page }: AuditFinding, isNew: boolean): string =>
  `- **${severity}** ${plain(rule)} **${plain(resourceNameOf(service ?? resource))}**: ${plain(summary)}${isNew ? ' _(new)_' : ''}\n  Cure: ${plain(fix)}${linkOf(page)}\n`;

const countsOf = (findings: readonly { readonly severity: AuditFinding['severity'] }[]): string =>
  listed(
    SEVERITIES.flatMap((severity) => {
      const count = findings.filter((each) => each.severity === severity).length;
      return count === 0 ? [] : [`${figure(count)} ${severity}`];
    }),
  );

const headOf = (report: AuditReport): string => {
  const { summary, region, account, unseen, findings } = report;
  const { services, tasks, groups, targets } = summary;
  const where = [region, account].flatMap((each) => (each === undefined ? [] : [plain(each)])).join(', ');
  const trend = trendOf(report);
  const since =
    trend === undefined
      ? ''
      : `Since ${momentOf(trend.sinceMs)}: ${figure(trend.fresh.size)} new, ${figure(trend.gone.length)} gone, ${figure(trend.staying)} staying.\n\n`;
  const notSeen = unseen
    .slice(0, MOST_UNSEEN)
    .map(({ resource, what, why }) => `- **${plain(resourceNameOf(resource))}**: ${plain(what)}. ${plain(why)}\n`);
  const more = unseen.length - notSeen.length;
  return [
    `## Taskwire: ${verdictOf(report).sentence}\n\n`,
    `${where === '' ? '' : `${where}, `}${momentOf(summary.takenAtMs)}\n\n`,
    '| Services | Tasks | Target groups | Missing | Stale | Wrong |\n| --: | --: | --: | --: | --: | --: |\n',
    `| ${[services, tasks, groups, targets.missing, targets.stale, targets.wrong].map(figure).join(' | ')} |\n\n`,
    since,
    unseen.length === 0 ? '' : `### Not seen\n\n${notSeen.join('')}${more > 0 ? `- and ${more} more\n` : ''}\n`,
    findings.length === 0
      ? 'Nothing was found.\n'
      : `### ${counted(findings.length, 'finding')}: ${countsOf(findings)}\n\n`,
  ].join('');
};

/**
 * An audit as Markdown, for a pull request or a chat: the worst findings first, as many as fit, and how many did not.
 * @param options.mostCharacters UTF-16 units; the head is never cut.
 */
export const renderAuditMarkdown = (
  report: AuditReport,
  { version, mostCharacters = MOST_CHARACTERS }: { readonly version: string; readonly mostCharacters?: number },
): string => {
  const { findings } = report;
  const trend = trendOf(report);
  const endOf = (left: readonly AuditFinding[]): string =>
    `${left.length === 0 ? '' : `- and ${figure(left.length)} more: ${countsOf(left)}\n`}\n_Taskwire ${plain(version)}_\n`;
  let text = headOf(report);
  let shown = 0;
  for (const finding of findings) {
    const next = lineOf(finding, trend?.fresh.has(finding) === true);
    if (text.length + next.length + endOf(findings.slice(shown + 1)).length > mostCharacters) break;
    text += next;
    shown++;
  }
  return text + endOf(findings.slice(shown));
};
