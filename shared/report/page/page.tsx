import type { VNode } from 'preact';
import { renderToStaticMarkup } from 'preact-render-to-string';
import type { AuditReport } from '../../core/audit/report.ts';
import { printable } from '../../core/text.ts';
import { counted, figure, momentOf, SEVERITIES } from '../figures.ts';
import { resourceNameOf } from '../resource-name.ts';
import { type Trend, trendOf } from '../trend.ts';
import { verdictOf } from '../verdict.ts';
import { allCalls, CallTable } from './calls.tsx';
import type { lineChart } from './charts.ts';
import { Findings } from './findings.tsx';
import { TargetGroups } from './groups.tsx';
import { History } from './history.tsx';
import { FleetMap } from './map.tsx';
import { Mark } from './marks.tsx';
import { SCRIPT, SCRIPT_HASH } from './script.ts';
import { Story } from './story.tsx';
import { STYLE, STYLE_WITHOUT_SCRIPT } from './style.ts';
import { joinReport } from './subjects.ts';
import type { Timeline } from './timeline.ts';

/** What a page needs besides the report. */
export interface PageOptions {
  /** Of the tool. */
  readonly version: string;
  /** The story of a run, where somebody watched it. */
  readonly timeline?: Timeline;
}

const POLICY = [
  "default-src 'none'",
  "style-src 'unsafe-inline'",
  `script-src '${SCRIPT_HASH}'`,
  "base-uri 'none'",
  "form-action 'none'",
].join('; ');

const Figure = ({
  name,
  value,
  bad,
  was,
}: {
  name: string;
  value: number;
  bad?: boolean;
  was?: number | undefined;
}): VNode => {
  const change = was === undefined ? 0 : value - was;
  return (
    <div class={bad === true && value > 0 ? 'bad' : undefined}>
      <dt>{name}</dt>
      <dd>
        {figure(value)}{' '}
        {change !== 0 && (
          <small>
            {change > 0 ? '+' : '−'}
            {figure(Math.abs(change))} since the last
          </small>
        )}
      </dd>
    </div>
  );
};

const Figures = ({ report }: { readonly report: AuditReport }): VNode => {
  const { summary, history } = report;
  const before = history.at(-1);
  return (
    <dl class="figures">
      <Figure name="Services" value={summary.services} was={before?.services} />
      <Figure name="Tasks" value={summary.tasks} was={before?.tasks} />
      <Figure name="Target groups" value={summary.groups} was={before?.groups} />
      <Figure name="Missing" value={summary.targets.missing} was={before?.targets.missing} bad />
      <Figure name="Stale" value={summary.targets.stale} was={before?.targets.stale} bad />
      <Figure name="Wrong" value={summary.targets.wrong} was={before?.targets.wrong} bad />
      <div class="wide">
        <dt>Findings</dt>
        <dd>
          {SEVERITIES.map((severity) => (
            <span class="count">
              <Mark severity={severity} /> {figure(summary.findings[severity])}{' '}
            </span>
          ))}
        </dd>
      </div>
    </dl>
  );
};

const TrendLine = ({ trend }: { readonly trend: Trend | undefined }): VNode | null =>
  trend === undefined ? null : (
    <p class="trend">
      Since {momentOf(trend.sinceMs)}: {counted(trend.fresh.size, 'finding is', 'findings are')} new,{' '}
      {figure(trend.gone.length)} gone, {figure(trend.staying)} staying.
    </p>
  );

const Unseen = ({ report }: { readonly report: AuditReport }): VNode | null =>
  report.unseen.length === 0 ? null : (
    <section id="unseen" class="callout" aria-labelledby="unseen-title">
      <h2 id="unseen-title">Not seen</h2>
      <p>Nothing is concluded about these, good or bad.</p>
      <ul>
        {report.unseen.map(({ resource, what, why }) => (
          <li>
            <b>{resourceNameOf(resource)}</b>: {printable(what)}. {printable(why)}
          </li>
        ))}
      </ul>
    </section>
  );

interface PageProps extends PageOptions {
  readonly report: AuditReport;
  readonly draw: typeof lineChart | undefined;
}

const Page = ({ report, version, timeline, draw }: PageProps): VNode => {
  const verdict = verdictOf(report);
  const joined = joinReport(report);
  const trend = trendOf(report);
  const { summary, region, account, by } = report;
  const where = [region, account && `account ${account}`].filter(Boolean).map((each) => printable(each ?? ''));
  return (
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content={POLICY} />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="referrer" content="no-referrer" />
        <title>Taskwire: {verdict.sentence}</title>
        <script dangerouslySetInnerHTML={{ __html: SCRIPT }} />
        <style dangerouslySetInnerHTML={{ __html: STYLE }} />
        <noscript>
          <style dangerouslySetInnerHTML={{ __html: STYLE_WITHOUT_SCRIPT }} />
        </noscript>
      </head>
      <body>
        <a class="skip" href="#findings">
          Skip to the findings
        </a>
        <header>
          <p class="brand">
            <b>Taskwire</b> audit{where.length > 0 && ` of ${where.join(', ')}`},{' '}
            <time>{momentOf(summary.takenAtMs)}</time>
          </p>
          <button type="button" id="theme" class="needs-script">
            Dark theme
          </button>
        </header>
        <main>
          <section class={`verdict ${verdict.tone}`} aria-labelledby="verdict">
            <h1 id="verdict">{verdict.sentence}</h1>
            <TrendLine trend={trend} />
            <Figures report={report} />
          </section>
          <Unseen report={report} />
          {timeline !== undefined && <Story timeline={timeline} />}
          <FleetMap report={report} joined={joined} />
          <Findings report={report} joined={joined} trend={trend} />
          <TargetGroups joined={joined} />
          <History report={report} trend={trend} draw={draw} />
          <CallTable report={report} />
        </main>
        <footer>
          <p>
            Written by Taskwire {printable(version)}
            {by !== undefined && ` (run by ${printable(by)})`}, from {counted(report.rules.length, 'rule')} and{' '}
            {counted(allCalls(summary.calls), 'AWS call')}. The page is one file: nothing in it is loaded from
            elsewhere.
          </p>
        </footer>
        <div id="tip" aria-hidden="true" hidden />
      </body>
    </html>
  );
};

/**
 * An audit as one self-contained HTML page: nothing in it is loaded from elsewhere, all of it can be read without a
 * script, and outside text is text. The same report, the same bytes.
 */
export const renderAuditPage = async (report: AuditReport, options: PageOptions): Promise<string> => {
  const draw = report.history.length > 0 ? (await import('./charts.ts')).lineChart : undefined;
  return `<!doctype html>\n${renderToStaticMarkup(<Page report={report} draw={draw} {...options} />)}\n`;
};
