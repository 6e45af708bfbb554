import type { Change } from '../../core/outcome.ts';
import type { DiffLine } from '../../core/tracing/diff.ts';
import { nearChanges, SIGNS } from '../../core/tracing/near-changes.ts';
import type { Failure } from '../report.ts';
import { failureLines } from './footer.ts';
import { EMPTY, type Line, line, type Tone } from './text.ts';
import { count, resourceText } from './words.ts';

const TONES: Readonly<Record<DiffLine['kind'], Tone>> = { same: 'dim', added: 'good', removed: 'bad' };

/** A difference of two definitions: what changed, and a few lines around. */
export const diffLines = (diff: readonly DiffLine[], indent = 4): readonly Line[] =>
  nearChanges(diff).map(({ kind, text }) => ({
    spans: [{ text: `${SIGNS[kind]} ${text}`, tone: TONES[kind] }],
    indent,
    hang: indent + 4,
  }));

const rowOf = ({ action, reason, applied }: Change, made: boolean): Line => {
  const refused = made && !applied;
  const sign = refused ? 'x' : action === 'attach-sidecar' ? '+' : '-';
  const tone = refused ? 'bad' : action === 'attach-sidecar' ? 'good' : 'warn';
  return { spans: [{ text: `${sign} sidecar`, tone }, { text: `  ${reason}` }], indent: 2, hang: 13 };
};

const summaryOf = (changes: readonly Change[], made: boolean): string => {
  const number = changes.filter(({ applied }) => applied || !made).length;
  const undone = made ? changes.length - number : 0;
  const attaches = changes.some(({ action }) => action === 'attach-sidecar');
  const sign = attaches ? '(+)' : '(-)';
  const verb = attaches ? (made ? 'attached' : 'to attach') : made ? 'detached' : 'to detach';
  const parts = [number > 0 && `${count(number, 'sidecar')} ${verb} ${sign}`, undone > 0 && `${undone} not done`];
  const said = parts.filter(Boolean).join(', ');
  return said === '' ? (made ? 'Nothing was left to do.' : 'Nothing to do.') : `${said}.`;
};

/**
 * Sidecars that would be attached or detached, or were, service by service, each with the difference of its definition.
 * @param made Whether changes were made: then one that is not applied failed.
 */
export const sidecarLines = (
  changes: readonly Change[],
  diffs: readonly { readonly resource: string; readonly diff: readonly DiffLine[] }[],
  failures: readonly Failure[],
  made: boolean,
): readonly Line[] => {
  const diffOf = new Map(diffs.map(({ resource, diff }) => [resource, diff]));
  return [
    ...changes.flatMap((change) => [
      line(resourceText(change.resource), 'strong'),
      rowOf(change, made),
      ...diffLines(diffOf.get(change.resource) ?? []),
      EMPTY,
    ]),
    ...failureLines(failures),
    line(summaryOf(changes, made), 'strong'),
  ];
};
