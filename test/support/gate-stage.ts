import { createFactBook } from '../../shared/app/fact-book.ts';
import { createFactBooks } from '../../shared/app/fact-books.ts';
import { type Gated, gateDeployment } from '../../shared/app/gate-deployment.ts';
import { createGateGroups } from '../../shared/app/gate-groups.ts';
import { createStackPause } from '../../shared/app/stack-pause.ts';
import { parseHookInput } from '../../shared/contracts/hook-input.ts';
import { parsePausedTime } from '../../shared/contracts/paused-tag.ts';
import { isStandby } from '../../shared/contracts/standby-tag.ts';
import { wiringReaders } from '../../shared/contracts/wiring-readers.ts';
import type { Task } from '../../shared/core/task/task.ts';
import type { ServiceSpec } from '../../simulator/ecs.ts';
import { createInMemoryPorts } from '../../simulator/ports/in-memory.ts';
import type { DeploymentRecord, LifecycleHookRecord, ServiceRecord } from '../../simulator/state.ts';
import { createStage, type Stage, type StageOptions } from './stage.ts';

/** The function that ECS asks. */
export const GATE_ARN = 'arn:aws:lambda:eu-central-1:111122223333:function:taskwire-prod-gate-deployment';

/** One call of the gate: when, with what, what it answered, and which AWS calls that took. */
export interface GateCall {
  readonly atMs: number;
  readonly payload: unknown;
  readonly gated: Gated;
  readonly calls: Readonly<Record<string, number>>;
}

/** `register-targets` and `gate-deployment` over an embedded AWS whose deployments are blue/green. */
export interface GateStage extends Stage {
  /** Every call of the gate, oldest first. */
  readonly gate: readonly GateCall[];
  /** A new instance of the gate, with nothing kept from before. */
  gateInstance(): (payload: unknown) => Promise<Gated>;
  /** A blue/green service with the gate as its hook; its first tasks run and are wired. */
  gated(
    name: string,
    desiredCount: number,
    spec?: Partial<ServiceSpec & { hook: Partial<LifecycleHookRecord> }>,
  ): Promise<ServiceRecord>;
  /** Begins a deployment of the same task definition, or of another one. */
  deploy(service: ServiceRecord, taskDefinition?: string): DeploymentRecord;
  /** Moves on until the deployment is over, at most a day. */
  ended(deployment: DeploymentRecord): Promise<string>;
}

/** Rules and texts of what the last answer found. */
export const foundBy = (stage: GateStage): readonly string[] =>
  (stage.gate.at(-1)?.gated.outcome.findings ?? []).map(({ rule, summary }) => `${rule} ${summary}`);

/** The answers of the gate, oldest first. */
export const answersOf = (stage: GateStage): readonly string[] =>
  stage.gate.map(({ gated }) => gated.answer.hookStatus);

export const createGateStage = (options: StageOptions = {}): GateStage => {
  const stage = createStage(options);
  const { world } = stage;
  const gate: GateCall[] = [];

  const gateInstance = () => {
    const ports = createInMemoryPorts(world);
    const groups = createGateGroups({
      ...ports,
      tagPrefix: 'taskwire',
      ...wiringReaders({
        tagPrefix: 'taskwire',
        clusters: options.clusters ?? [],
        consent: options.consent ?? 'group',
      }),
    });
    const deps = {
      ...ports,
      groups,
      factBookOf: createFactBooks(() => createFactBook(ports.tasks, ports.addresses)),
      stackPause: createStackPause({ ...ports, timeOf: parsePausedTime, tagPrefix: 'taskwire' }),
      isStandby: (task: Task) => isStandby(task.tags, 'taskwire'),
      mode: options.mode ?? ('enforce' as const),
    };
    return async (payload: unknown): Promise<Gated> => {
      const before = { ...world.calls.counts() };
      const calls = () =>
        Object.fromEntries(
          Object.entries(world.calls.counts())
            .map(([action, count]): [string, number] => [action, count - (before[action] ?? 0)])
            .filter(([, count]) => count > 0),
        );
      const [{ input }] = parseHookInput(payload, world.clock.nowMs(), GATE_ARN).messages;
      const gated = await gateDeployment(input, { ...deps, calls });
      gate.push({ atMs: world.clock.nowMs(), payload, gated, calls: calls() });
      return gated;
    };
  };
  const asked = gateInstance();

  return {
    ...stage,
    gate,
    gateInstance,
    gated: async (name, desiredCount, { hook = {}, ...spec } = {}) => {
      const service = stage.service(name, desiredCount, {
        deploymentStrategy: 'BLUE_GREEN',
        hooks: [{ arn: GATE_ARN, invoke: async (payload: unknown) => (await asked(payload)).answer, ...hook }],
        ...spec,
      });
      await stage.run(120_000);
      return service;
    },
    deploy: (service, taskDefinition) =>
      world.ecs.updateService(
        service.arn,
        taskDefinition === undefined ? { forceNewDeployment: true } : { taskDefinition },
      ),
    ended: async (deployment) => {
      await world.clock.runUntil(() => deployment.rolloutState !== 'IN_PROGRESS', 24 * 3_600_000);
      return deployment.rolloutState;
    },
  };
};
