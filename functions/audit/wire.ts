import packageJson from '../../package.json' with { type: 'json' };
import type { AuditDeps } from '../../shared/app/audit.ts';
import { createRevisionBook } from '../../shared/app/revision-book.ts';
import { createAddresses } from '../../shared/aws/addresses.ts';
import { createCallBudgets } from '../../shared/aws/call-budget.ts';
import { createClients } from '../../shared/aws/clients.ts';
import { createDefinitions } from '../../shared/aws/definitions.ts';
import { createEnvironments } from '../../shared/aws/environments.ts';
import { createEvents } from '../../shared/aws/events.ts';
import { createFillers } from '../../shared/aws/fillers.ts';
import { createGroupHealth } from '../../shared/aws/group-health.ts';
import { createReports } from '../../shared/aws/reports.ts';
import { createRoles } from '../../shared/aws/roles.ts';
import { createScaling } from '../../shared/aws/scaling.ts';
import { createServiceDetails } from '../../shared/aws/service-details.ts';
import { createServices } from '../../shared/aws/services.ts';
import { createTargetGroups } from '../../shared/aws/target-groups.ts';
import { createTasks } from '../../shared/aws/tasks.ts';
import { readHistory, readPreviousAudit, writeHistory } from '../../shared/contracts/audit-archive.ts';
import { parsePolicyDocument } from '../../shared/contracts/policy-document.ts';
import { parseScalingTags } from '../../shared/contracts/scaling-tags.ts';
import { parseSettings } from '../../shared/contracts/settings.ts';
import { parseStandby } from '../../shared/contracts/standby-tag.ts';
import { parseTaskDefinition } from '../../shared/contracts/task-definition-file.ts';
import { parseTracingTags } from '../../shared/contracts/tracing-tags.ts';
import { wiringReaders } from '../../shared/contracts/wiring-readers.ts';
import { renderAuditJson } from '../../shared/report/audit-json.ts';
import { trendOf } from '../../shared/report/trend.ts';
import type { Wired } from '../../shared/runtime/define-handler.ts';
import { createSystemClock } from '../../shared/runtime/system-clock.ts';

const { version } = packageJson;

/** The schedule's, and one that a person asks for beside it. */
const INSTANCES = 2;

/** Builds what the function works with, from its environment. @throws {SettingsError} Naming all settings that are wrong. */
export const wire = (): AuditDeps & Wired => {
  const settings = parseSettings(process.env);
  const { tagPrefix: prefix, reportBucket } = settings;
  const clock = createSystemClock();
  const clients = createClients({ budgets: createCallBudgets({ clock, ...settings, parts: INSTANCES }) });
  return {
    tasks: createTasks(clients),
    services: createServices(clients),
    serviceDetails: createServiceDetails(clients),
    targetGroups: createTargetGroups(clients),
    groupHealth: createGroupHealth(clients),
    addresses: createAddresses(clients),
    fillers: createFillers(clients),
    scaling: createScaling(clients),
    environments: createEnvironments(clients),
    roles: createRoles(clients),
    revisions: createRevisionBook({
      definitions: createDefinitions(clients),
      readDefinition: (definition, name) => parseTaskDefinition(definition, name)[0]?.task,
    }),
    clock,
    settings,
    ...wiringReaders(settings),
    parseScalingTags: (tags, resource) => parseScalingTags(tags, { prefix, resource, maxTasks: settings.maxTasks }),
    parseTracingTags: (tags, resource) => parseTracingTags(tags, { prefix, resource }),
    parseStandby: ({ tags, taskArn }) => parseStandby(tags, prefix, taskArn),
    parsePolicy: parsePolicyDocument,
    ...(reportBucket !== undefined && { reports: createReports(clients, reportBucket) }),
    archive: { readHistory, writeHistory, readPrevious: readPreviousAudit },
    // The page and its charts are large, and only a report that is kept needs them.
    render: async (report) => ({
      html: await (await import('../../shared/report/page/page.tsx')).renderAuditPage(report, { version }),
      json: renderAuditJson(report, { version }),
    }),
    freshOf: (report) => trendOf(report)?.fresh,
    events: createEvents(clients),
    mode: settings.mode,
    calls: clients.calls,
    begin: clients.begin,
    abortAll: clients.abortAll,
  };
};
