import packageJson from '../../package.json' with { type: 'json' };
import type { AuditDeps } from '../../shared/app/audit.ts';
import type { FleetDeps } from '../../shared/app/run-fleet.ts';
import { assumeRole } from '../../shared/aws/assume-role.ts';
import { createCallBudgets } from '../../shared/aws/call-budget.ts';
import { type Clients, createClients } from '../../shared/aws/clients.ts';
import { createEvents } from '../../shared/aws/events.ts';
import { createReports } from '../../shared/aws/reports.ts';
import { readHistory, readPreviousAudit, writeHistory } from '../../shared/contracts/audit-archive.ts';
import { readAuditReport } from '../../shared/contracts/audit-report-file.ts';
import { parseFleetFailure, parseFleetList, parsePlacedTargets } from '../../shared/contracts/fleet-input.ts';
import { readRevisions, writeRevisions } from '../../shared/contracts/revisions-file.ts';
import { parseTracingSettings } from '../../shared/contracts/tracing-settings.ts';
import { renderAuditJson } from '../../shared/report/audit-json.ts';
import { trendOf } from '../../shared/report/trend.ts';
import type { Wired } from '../../shared/runtime/define-handler.ts';
import { createSystemClock } from '../../shared/runtime/system-clock.ts';
import { lookWith } from './look.ts';

const { version } = packageJson;

/** The schedule's, and one that a person asks for beside it. */
const INSTANCES = 2;

/** Builds what the function works with, from its environment. @throws {SettingsError} Naming all settings that are wrong. */
export const wire = (): AuditDeps & FleetDeps & Wired => {
  const settings = parseTracingSettings(process.env);
  const { reportBucket } = settings;
  const clock = createSystemClock();
  // The stack’s tells apart builds of one version.
  const build = process.env.TASKWIRE_VERSION ?? version;
  const clientsOf = (connection = {}): Clients =>
    createClients({ budgets: createCallBudgets({ clock, ...settings, parts: INSTANCES }), connection });
  const clients = clientsOf();
  /** Of the target that is looked at, and how its calls end. */
  let elsewhere: Clients | undefined;
  let signals: Parameters<Clients['begin']>[0] | undefined;
  return {
    ...lookWith(clients, settings, clock, build),
    connect: async ({ region, roleArn, externalId }) => {
      const credentials =
        roleArn === undefined
          ? undefined
          : await assumeRole(clients, { roleArn, ...(externalId !== undefined && { externalId }) });
      elsewhere = clientsOf({ ...(region !== undefined && { region }), ...(credentials && { credentials }) });
      if (signals !== undefined) elsewhere.begin(signals);
      // Which clusters this stack watches says nothing about another account.
      return lookWith(elsewhere, { ...settings, clusters: [] }, clock, build);
    },
    ...(reportBucket !== undefined && { reports: createReports(clients, reportBucket) }),
    archive: { readHistory, writeHistory, readPrevious: readPreviousAudit, readRevisions, writeRevisions },
    // The page and its charts are large, and only a report that is kept needs them.
    render: async (report) => ({
      html: await (await import('../../shared/report/page/page.tsx')).renderAuditPage(report, { version }),
      json: renderAuditJson(report, { version }),
    }),
    renderJson: (report) => renderAuditJson(report, { version }),
    freshOf: (report) => trendOf(report)?.fresh,
    readList: parseFleetList,
    readTargets: parsePlacedTargets,
    readReport: readAuditReport,
    readFailure: parseFleetFailure,
    events: createEvents(clients),
    mode: settings.mode,
    begin: (begun) => {
      signals = begun;
      clients.begin(begun);
    },
    abortAll: () => {
      clients.abortAll();
      elsewhere?.abortAll();
      elsewhere = undefined;
    },
  };
};
