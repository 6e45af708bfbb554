import type { CollectDeps } from '../../shared/app/collect-snapshot.ts';
import { createRevisionBook } from '../../shared/app/revision-book.ts';
import { createAddresses } from '../../shared/aws/addresses.ts';
import type { Clients } from '../../shared/aws/clients.ts';
import { createDefinitions } from '../../shared/aws/definitions.ts';
import { createEnvironments } from '../../shared/aws/environments.ts';
import { createFillers } from '../../shared/aws/fillers.ts';
import { createGroupHealth } from '../../shared/aws/group-health.ts';
import { createRoles } from '../../shared/aws/roles.ts';
import { createScaling } from '../../shared/aws/scaling.ts';
import { createServiceDetails } from '../../shared/aws/service-details.ts';
import { createServices } from '../../shared/aws/services.ts';
import { createTargetGroups } from '../../shared/aws/target-groups.ts';
import { createTasks } from '../../shared/aws/tasks.ts';
import { parsePolicyDocument } from '../../shared/contracts/policy-document.ts';
import { parseScalingTags } from '../../shared/contracts/scaling-tags.ts';
import { parseStandby } from '../../shared/contracts/standby-tag.ts';
import { parseTaskDefinition } from '../../shared/contracts/task-definition-file.ts';
import { parseTracingTags } from '../../shared/contracts/tracing-tags.ts';
import { wiringReaders } from '../../shared/contracts/wiring-readers.ts';
import type { Settings } from '../../shared/core/settings.ts';
import type { Clock } from '../../shared/ports/clock.ts';

/** What looking at an account and Region needs, over the clients of that place. */
export const lookWith = (
  clients: Clients,
  settings: Settings & CollectDeps['settings'],
  clock: Clock,
  version: string,
): CollectDeps => {
  const { tagPrefix: prefix } = settings;
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
    version,
    calls: clients.calls,
  };
};
