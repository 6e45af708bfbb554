import { createTold } from '../../shared/app/told.ts';
import { createTracingBook } from '../../shared/app/tracing-book.ts';
import { createVerdicts, type VerifyXrayDeps } from '../../shared/app/verify-xray.ts';
import { createCallBudgets } from '../../shared/aws/call-budget.ts';
import { createClients } from '../../shared/aws/clients.ts';
import { createDaemons } from '../../shared/aws/daemons.ts';
import { createDefinitions } from '../../shared/aws/definitions.ts';
import { createEvents } from '../../shared/aws/events.ts';
import { createQueue } from '../../shared/aws/queue.ts';
import { createScaledServices } from '../../shared/aws/scaled-services.ts';
import { createTasks } from '../../shared/aws/tasks.ts';
import { parseTaskDefinition } from '../../shared/contracts/task-definition-file.ts';
import { parseTracingSettings } from '../../shared/contracts/tracing-settings.ts';
import { parseTracingTags } from '../../shared/contracts/tracing-tags.ts';
import type { Wired } from '../../shared/runtime/define-handler.ts';
import { createSystemClock } from '../../shared/runtime/system-clock.ts';

/** Two that follow events: the least that SQS allows an event source. */
export const INSTANCES = 2;

/** Builds what the function works with, from its environment. @throws {SettingsError} Naming all settings that are wrong. */
export const wire = (): VerifyXrayDeps & Wired => {
  const settings = parseTracingSettings(process.env);
  const { tagPrefix, clusters, tracing, collectorImages, queueUrl, failureQueueUrl } = settings;
  const clock = createSystemClock();
  const clients = createClients({ budgets: createCallBudgets({ clock, ...settings, parts: INSTANCES }) });
  return {
    tasks: createTasks(clients),
    book: createTracingBook({
      services: createScaledServices(clients),
      definitions: createDefinitions(clients),
      daemons: createDaemons(clients),
      clock,
      tracing,
      collectorImages,
      parseTags: (tags, resource) => parseTracingTags(tags, { prefix: tagPrefix, resource }),
      readDefinition: (definition, name) => parseTaskDefinition(definition, name)[0]?.task,
    }),
    verdicts: createVerdicts(),
    events: createEvents(clients),
    queue: createQueue(clients, {
      ...(queueUrl !== undefined && { queueUrl }),
      ...(failureQueueUrl !== undefined && { failureQueueUrl }),
    }),
    clock,
    told: createTold(),
    mode: settings.mode,
    clusters,
    calls: clients.calls,
    begin: clients.begin,
    abortAll: clients.abortAll,
  };
};
