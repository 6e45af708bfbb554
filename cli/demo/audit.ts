import { collectSnapshot } from '../../shared/app/collect-snapshot.ts';
import { createRevisionBook } from '../../shared/app/revision-book.ts';
import { foreignFillerOf } from '../../shared/contracts/foreign-tags.ts';
import { parsePolicyDocument } from '../../shared/contracts/policy-document.ts';
import { parseScalingTags } from '../../shared/contracts/scaling-tags.ts';
import { parseSettings } from '../../shared/contracts/settings.ts';
import { parseStandby } from '../../shared/contracts/standby-tag.ts';
import { parseTaskDefinition } from '../../shared/contracts/task-definition-file.ts';
import { parseTracingTags } from '../../shared/contracts/tracing-tags.ts';
import { parseWiring } from '../../shared/contracts/wiring-tags.ts';
import { judgeSnapshot } from '../../shared/core/audit/judge-snapshot.ts';
import type { AuditReport } from '../../shared/core/audit/report.ts';
import { createInMemoryPorts } from '../../simulator/ports/in-memory.ts';
import type { World } from '../../simulator/world.ts';

/**
 * Audits the demo's world with the rules and the look of `audit`, over the simulator's own ports.
 * @param calls Of the story, by `service:Action`: they are what its report is about, not those of this look.
 */
export const auditWorld = async (world: World, calls: Readonly<Record<string, number>>): Promise<AuditReport> => {
  // Nobody in the demo traces.
  const settings = parseSettings({ TASKWIRE_TRACING: 'off' });
  const { tagPrefix: prefix, clusters } = settings;
  const ports = createInMemoryPorts(world);
  const snapshot = await world.clock.until(
    collectSnapshot(
      {},
      {
        ...ports,
        version: 'demo',
        revisions: createRevisionBook({
          definitions: ports.definitions,
          readDefinition: (definition, name) => parseTaskDefinition(definition, name)[0]?.task,
        }),
        settings,
        parseWiring: (tags, resource) => parseWiring(tags, { prefix, resource, watchedClusters: clusters }),
        foreignFillerOf,
        parseScalingTags: (tags, resource) => parseScalingTags(tags, { prefix, resource }),
        parseTracingTags: (tags, resource) => parseTracingTags(tags, { prefix, resource }),
        parseStandby: ({ tags, taskArn }) => parseStandby(tags, prefix, taskArn),
        parsePolicy: parsePolicyDocument,
        calls: () => calls,
      },
    ),
  );
  return { ...judgeSnapshot(snapshot), by: 'the demo' };
};
