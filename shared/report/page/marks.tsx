import type { ComponentChildren, VNode } from 'preact';
import type { ReportedGroup } from '../../core/audit/report.ts';
import type { Severity } from '../../core/outcome.ts';
import { printable } from '../../core/text.ts';
import { counted } from '../figures.ts';

/** One character for each severity: colour is never the only sign. */
export const GLYPHS: Readonly<Record<Severity, string>> = { high: '!', medium: '▲', low: '●', info: 'i' };

/** A severity as a sign, with its word for whoever does not see it. */
export const Mark = ({ severity }: { readonly severity: Severity }): VNode => (
  <span class={`mark ${severity}`}>
    <span aria-hidden="true">{GLYPHS[severity]}</span> {severity}
  </span>
);

/** Of a finding that the previous audit did not have. */
export const New = (): VNode => <span class="chip new">new</span>;

/** A link out of the page; a page of another scheme than https is shown as text. */
export const Outside = ({ href, children }: { readonly href: string; readonly children: ComponentChildren }): VNode =>
  href.startsWith('https://') ? (
    <a href={href} rel="noreferrer noopener" target="_blank">
      {children}
    </a>
  ) : (
    <span>{children}</span>
  );

/** What a bar of a target group shows, in this order; the first word is the class. */
const STATES = ['healthy', 'initial', 'unhealthy', 'draining', 'unused', 'unavailable'] as const;

/** A group's targets in words: `8 healthy, 2 missing`. */
export const targetWords = ({ states, missing, stale, wrong, unknown }: ReportedGroup): string => {
  const known = STATES.flatMap((state) => ((states[state] ?? 0) > 0 ? [`${states[state]} ${state}`] : []));
  const others = Object.entries(states).filter(([state, count]) => count > 0 && !STATES.some((each) => each === state));
  const faults = { missing, stale, wrong, unknown };
  const words = [
    ...known,
    ...others.map(([state, count]) => `${count} ${printable(state)}`),
    ...Object.entries(faults).flatMap(([word, count]) => (count > 0 ? [`${count} ${word}`] : [])),
  ];
  return words.length === 0 ? 'no targets' : words.join(', ');
};

/** Tasks in words: `8 of 10 tasks run`. */
export const taskWords = (running: number, desired: number | undefined): string =>
  desired === undefined || desired === running
    ? `${counted(running, 'task')} ${running === 1 ? 'runs' : 'run'}`
    : `${running} of ${counted(desired, 'task')} ${desired === 1 ? 'runs' : 'run'}`;
