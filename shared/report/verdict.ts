import type { AuditReport } from '../core/audit/report.ts';
import { counted, listed, sentence } from './figures.ts';

/** What an audit comes to: one sentence that a tired person understands, and how bad it is. */
export interface Verdict {
  /** `unsure`: what was seen is right, and not all was seen. */
  readonly tone: 'bad' | 'warn' | 'unsure' | 'good';
  readonly sentence: string;
}

const isAre = (count: number): string => (count === 1 ? 'is' : 'are');
const leads = (count: number, where: string): string =>
  `${counted(count, 'target')} ${count === 1 ? 'leads' : 'lead'} ${where}`;

/** Wrong targets before stale ones, those before missing ones, then the findings, then what was not seen. */
export const verdictOf = ({ summary, clusters, groups, unseen }: AuditReport): Verdict => {
  const { targets, findings } = summary;
  const parts = [
    ...(targets.wrong > 0 ? [leads(targets.wrong, 'to somebody else')] : []),
    ...(targets.stale > 0 ? [leads(targets.stale, 'nowhere')] : []),
    ...(targets.missing > 0 ? [`${counted(targets.missing, 'target')} ${isAre(targets.missing)} missing`] : []),
  ];
  if (parts.length > 0) return { tone: 'bad', sentence: `${sentence(listed(parts))}.` };

  const wired = unseen.length > 0 ? 'What was seen is wired' : 'Every task is wired';
  const begins = groups.length > 0 ? wired : 'No target group carries a tag of Taskwire';
  const gaps = unseen.length > 0 ? `${counted(unseen.length, 'thing')} could not be looked at` : undefined;
  if (findings.high > 0) {
    const serious = `${counted(findings.high, 'finding')} ${isAre(findings.high)} serious`;
    return { tone: 'bad', sentence: `${begins}, but ${listed([serious, ...(gaps === undefined ? [] : [gaps])])}.` };
  }
  const wants = findings.medium === 1 ? 'wants' : 'want';
  const look = findings.medium > 0 ? [`${counted(findings.medium, 'finding')} ${wants} a look`] : [];
  if (gaps !== undefined) return { tone: 'unsure', sentence: `${begins}, but ${listed([...look, gaps])}.` };
  if (clusters.length === 0 && groups.length === 0) {
    return { tone: 'unsure', sentence: 'There was nothing to judge: no ECS cluster and no tagged target group.' };
  }
  if (look.length > 0) return { tone: 'warn', sentence: `${begins}, and ${listed(look)}.` };
  const small = findings.low + findings.info;
  if (small > 0) return { tone: 'good', sentence: `${begins}, and ${counted(small, 'small thing')} could be better.` };
  return { tone: 'good', sentence: `${begins}, and nothing is wrong.` };
};
