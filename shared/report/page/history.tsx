import type { VNode } from 'preact';
import type { AuditReport, AuditSummary } from '../../core/audit/report.ts';
import { printable } from '../../core/text.ts';
import { counted, figure, momentOf } from '../figures.ts';
import { resourceNameOf } from '../resource-name.ts';
import type { Trend } from '../trend.ts';
import { allCalls } from './calls.tsx';
import type { lineChart, Series } from './charts.ts';
import { Mark } from './marks.tsx';

/** So many audits are drawn and listed; the older ones are in the JSON. */
const MOST_SHOWN = 60;

interface Chart {
  readonly id: string;
  readonly title: string;
  readonly series: readonly Series[];
}

const chartsOf = (audits: readonly AuditSummary[]): readonly Chart[] => {
  const series = (
    name: string,
    colour: string,
    dash: Series['dash'],
    read: (audit: AuditSummary) => number,
  ): Series => ({ name, colour, dash, values: audits.map(read) });
  return [
    {
      id: 'targets',
      title: 'Targets that are not right',
      series: [
        series('missing', 'medium', 'dashed', ({ targets }) => targets.missing),
        series('stale', 'low', 'dotted', ({ targets }) => targets.stale),
        series('wrong', 'high', 'solid', ({ targets }) => targets.wrong),
      ],
    },
    {
      id: 'found',
      title: 'Findings',
      series: [
        series('high', 'high', 'solid', ({ findings }) => findings.high),
        series('medium', 'medium', 'dashed', ({ findings }) => findings.medium),
        series('low and info', 'low', 'dotted', ({ findings }) => findings.low + findings.info),
      ],
    },
    {
      id: 'sent',
      title: 'AWS calls of an audit',
      series: [series('calls', 'low', 'solid', ({ calls }) => allCalls(calls))],
    },
  ];
};

const DASHES = { solid: undefined, dashed: '6 4', dotted: '2 3' } as const;

const ChartBox = ({ chart, svg }: { readonly chart: Chart; readonly svg: string }): VNode => (
  <figure class="chart">
    <figcaption>
      <b>{chart.title}</b>
      <ul>
        {chart.series.map(({ name, colour, dash, values }) => (
          <li>
            <svg viewBox="0 0 24 6" width="24" height="6" aria-hidden="true">
              <line x1="0" x2="24" y1="3" y2="3" class={`ink-${colour}`} stroke-dasharray={DASHES[dash]} />
            </svg>{' '}
            {name} {figure(values.at(-1) ?? 0)}
          </li>
        ))}
      </ul>
    </figcaption>
    <div class="drawing" dangerouslySetInnerHTML={{ __html: svg }} />
  </figure>
);

const COLUMNS: readonly (readonly [string, (audit: AuditSummary) => number])[] = [
  ['Services', ({ services }) => services],
  ['Tasks', ({ tasks }) => tasks],
  ['Missing', ({ targets }) => targets.missing],
  ['Stale', ({ targets }) => targets.stale],
  ['Wrong', ({ targets }) => targets.wrong],
  ['High', ({ findings }) => findings.high],
  ['Medium', ({ findings }) => findings.medium],
  ['Low', ({ findings }) => findings.low],
  ['Info', ({ findings }) => findings.info],
  ['AWS calls', ({ calls }) => allCalls(calls)],
];

const Figures = ({ audits }: { readonly audits: readonly AuditSummary[] }): VNode => (
  <details>
    <summary>The same in figures</summary>
    {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must scroll by keys as well */}
    <section class="scroll" aria-label="Earlier audits" tabIndex={0}>
      <table>
        <thead>
          <tr>
            <th scope="col">Audit</th>
            {COLUMNS.map(([name]) => (
              <th scope="col" class="number">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {audits.toReversed().map((audit) => (
            <tr>
              <th scope="row">{momentOf(audit.takenAtMs)}</th>
              {COLUMNS.map(([, read]) => (
                <td class="number">{figure(read(audit))}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  </details>
);

const Gone = ({ trend }: { readonly trend: Trend }): VNode | null =>
  trend.gone.length === 0 ? null : (
    <details>
      <summary>{counted(trend.gone.length, 'finding')} gone since the audit before</summary>
      <ul class="places">
        {trend.gone.map(({ rule, severity, resource, summary }) => (
          <li>
            <Mark severity={severity} /> <b>{printable(rule)}</b> {resourceNameOf(resource)}: {printable(summary)}
          </li>
        ))}
      </ul>
    </details>
  );

interface HistoryProps {
  readonly report: AuditReport;
  readonly trend: Trend | undefined;
  /** Loaded only where there is a history: it is the larger half of the page's code. */
  readonly draw: typeof lineChart | undefined;
}

/** What became of the fleet from audit to audit. */
export const History = ({ report, trend, draw }: HistoryProps): VNode | null => {
  const audits = [...report.history, report.summary].slice(-MOST_SHOWN);
  if (audits.length < 2 && trend === undefined) return null;
  return (
    <section id="history" aria-labelledby="history-title">
      <h2 id="history-title">Over time</h2>
      {audits.length > 1 && draw !== undefined && (
        <>
          <div class="charts">
            {chartsOf(audits).map((chart) => (
              <ChartBox
                chart={chart}
                svg={draw(
                  chart.id,
                  `${chart.title} in ${audits.length} audits; the figures are in the table below`,
                  audits.map(({ takenAtMs }) => takenAtMs),
                  chart.series,
                )}
              />
            ))}
          </div>
          <Figures audits={audits} />
        </>
      )}
      {trend !== undefined && <Gone trend={trend} />}
    </section>
  );
};
