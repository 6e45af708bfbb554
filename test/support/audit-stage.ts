import { type AuditScope, type CollectDeps, collectSnapshot } from '../../shared/app/collect-snapshot.ts';
import { createRevisionBook } from '../../shared/app/revision-book.ts';
import { parsePolicyDocument } from '../../shared/contracts/policy-document.ts';
import { parseScalingTags } from '../../shared/contracts/scaling-tags.ts';
import { parseStandby } from '../../shared/contracts/standby-tag.ts';
import { parseTaskDefinition } from '../../shared/contracts/task-definition-file.ts';
import { parseTracingTags } from '../../shared/contracts/tracing-tags.ts';
import { wiringReaders } from '../../shared/contracts/wiring-readers.ts';
import type { Snapshot } from '../../shared/core/audit/snapshot.ts';
import type { Settings } from '../../shared/core/settings.ts';
import { createInMemoryPorts, type InMemoryPorts } from '../../simulator/ports/in-memory.ts';
import type { World } from '../../simulator/world.ts';

/** How the stack is set. */
export interface AuditStageOptions {
  readonly clusters?: readonly string[];
  readonly tracing?: Settings['tracing'];
}

/** A warm process that audits a world. */
export interface Auditor {
  readonly ports: InMemoryPorts;
  readonly deps: CollectDeps;
  /** Collects, in virtual time. */
  collect(scope?: AuditScope, signal?: AbortSignal): Promise<Snapshot>;
}

/** A new process, with nothing kept from before. */
export const createAuditor = (world: World, { clusters = [], tracing = 'off' }: AuditStageOptions = {}): Auditor => {
  const ports = createInMemoryPorts(world);
  const prefix = 'taskwire';
  let before: Readonly<Record<string, number>> = {};
  const { reports: _, ...looking } = ports;
  const deps: CollectDeps = {
    ...looking,
    version: '1.2.3',
    revisions: createRevisionBook({
      definitions: ports.definitions,
      readDefinition: (definition, name) => parseTaskDefinition(definition, name)[0]?.task,
    }),
    settings: { tagPrefix: prefix, clusters, tracing, brakePercent: 50 },
    ...wiringReaders({ tagPrefix: prefix, clusters, consent: 'group' }),
    parseScalingTags: (tags, resource) => parseScalingTags(tags, { prefix, resource }),
    parseTracingTags: (tags, resource) => parseTracingTags(tags, { prefix, resource }),
    parseStandby: ({ tags, taskArn }) => parseStandby(tags, prefix, taskArn),
    parsePolicy: parsePolicyDocument,
    calls: () =>
      Object.fromEntries(
        Object.entries(world.calls.counts())
          .map(([action, count]): [string, number] => [action, count - (before[action] ?? 0)])
          .filter(([, count]) => count > 0),
      ),
  };
  return {
    ports,
    deps,
    collect: (scope = {}, signal) => {
      before = { ...world.calls.counts() };
      return world.clock.until(collectSnapshot(scope, deps, signal === undefined ? {} : { signal }), 3_600_000);
    },
  };
};
