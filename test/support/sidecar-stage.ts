import {
  applySidecars,
  planSidecars,
  type SidecarDeps,
  type SidecarOptions,
  type SidecarPlan,
  type SidecarProgress,
  type SidecarRequest,
  type SidecarScope,
} from '../../shared/app/change-sidecars.ts';
import { reportRollouts } from '../../shared/app/report-rollouts.ts';
import { parseTaskDefinition } from '../../shared/contracts/task-definition-file.ts';
import { parseTracingTags } from '../../shared/contracts/tracing-tags.ts';
import { createInMemoryPorts } from '../../simulator/ports/in-memory.ts';
import type { World } from '../../simulator/world.ts';
import { APP, createTracingStage, type StagedService } from './tracing-stage.ts';

/** @throws If it is not there: the test is wrong. */
const present = <T>(value: T | undefined): T => {
  if (value === undefined) throw new Error('not there');
  return value;
};

/** A definition that has room for a collector. */
const ROOMY = { cpu: '512', memory: '1024', requiresCompatibilities: ['FARGATE'] } as const;

/** An application that sends, logs, and has no collector. */
export const BARE = { ...APP, dependsOn: [], cpu: 128, memory: 256 };

/** What changes sidecars over a world. */
const sidecarDeps = (world: World, tracing: SidecarDeps['tracing'] = 'required'): SidecarDeps => ({
  ...createInMemoryPorts(world),
  tagPrefix: 'taskwire',
  tracing,
  parseTracingTags: (tags, resource) => parseTracingTags(tags, { prefix: 'taskwire', resource }),
  readTask: (definition) => present(parseTaskDefinition(definition, 'task')[0]?.task),
});

/** `attach-sidecar` and `detach-sidecar` over an embedded AWS, with `verify-xray` listening. */
export const createSidecarStage = (tracing?: SidecarDeps['tracing']) => {
  const stage = createTracingStage();
  const { world } = stage;
  const deps = sidecarDeps(world, tracing);
  const told: SidecarProgress[] = [];
  const until = <T>(work: Promise<T>): Promise<T> => world.clock.until(work);
  const plan = (request: SidecarRequest, scope: Partial<SidecarScope> = {}) =>
    until(planSidecars({ cluster: 'production', ...scope }, request, deps));
  return {
    ...stage,
    deps,
    told,
    until,
    plan,
    /** A service of these containers without a collector, steady. */
    bare: (name: string, spec: StagedService = {}) =>
      stage.service(name, [BARE], { ...spec, definition: { ...ROOMY, ...spec.definition } }),
    /** Applies a plan that was made before. */
    applied: (planned: SidecarPlan, options: SidecarOptions = {}) => until(applySidecars(planned, deps, options)),
    apply: async (request: SidecarRequest, options: SidecarOptions = {}, scope: Partial<SidecarScope> = {}) => {
      const planned = await plan(request, scope);
      return until(applySidecars(planned, deps, { onProgress: (progress) => told.push(progress), ...options }));
    },
    report: (scope: Partial<SidecarScope> = {}) => until(reportRollouts({ cluster: 'production', ...scope }, deps)),
    /** Revision that the newest deployment of a service has: `web:2`. */
    revisionOf: (name: string): string => {
      const service = [...world.ecs.services.values()].find((each) => each.name === name);
      const { family, revision } = present(service?.deployments[0]?.definition);
      return `${family}:${revision}`;
    },
    revisions: (): readonly string[] =>
      [...world.ecs.definitions.values()].map(({ family, revision }) => `${family}:${revision}`),
  };
};
