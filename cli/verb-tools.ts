import type { SweepScalingDeps } from '../shared/app/adjust-scaling.ts';
import { createBindings } from '../shared/app/bindings.ts';
import type { ExplainDeps } from '../shared/app/explain-targets.ts';
import { createFactBook } from '../shared/app/fact-book.ts';
import { parseScalingTags } from '../shared/contracts/scaling-tags.ts';
import { parseSettings } from '../shared/contracts/settings.ts';
import { isStandby, parseStandby } from '../shared/contracts/standby-tag.ts';
import { wiringReaders } from '../shared/contracts/wiring-readers.ts';
import type { Settings } from '../shared/core/settings.ts';
import type { Clock } from '../shared/ports/clock.ts';
import { line, paint } from '../shared/report/terminal/text.ts';
import type { Cli, Connection } from './cli.ts';

/** What the verbs work with. */
export interface VerbTools {
  readonly settings: Settings;
  readonly deps: ExplainDeps & SweepScalingDeps;
  readonly failureQueues: Connection['failureQueues'];
  readonly deployments: Connection['deployments'];
  readonly taskControl: Connection['taskControl'];
  readonly groupTags: Connection['groupTags'];
  readonly fillers: Connection['fillers'];
  readonly trail: Connection['trail'];
  readonly changeLog: Connection['changeLog'];
  /** What changes sidecars; its clock tells nobody of second looks. */
  readonly sidecars: Pick<Connection, 'definitions' | 'rollouts' | 'clock'>;
  readonly calls: Connection['calls'];
}

/** A shorter wait is not worth a word. */
const TOLD_FROM_MS = 5_000;

/** A person who waits is told for what. */
const withNotes = (clock: Clock, note: (text: string) => void): Clock => ({
  nowMs: () => clock.nowMs(),
  sleep: (ms, signal) => {
    if (ms >= TOLD_FROM_MS) {
      note(
        `Waiting ${Math.ceil(ms / 1000)} s for a second look: listings lag, and what nothing explains is seen twice before it is judged.`,
      );
    }
    return clock.sleep(ms, signal);
  },
});

/** Composes the use cases over a connection. @throws {SettingsError} Naming all settings that are wrong. */
export const createVerbTools = async (cli: Cli): Promise<VerbTools> => {
  const settings = parseSettings(cli.env);
  const { tagPrefix, clusters, holdMinutes } = settings;
  cli.terminal.progress('Reading tags, tasks and targets …');
  const connection = await cli.connect(settings, cli.signal);
  const { tasks, targetGroups, addresses, services, fillers, scaling, scaledServices, failureQueues, budget, calls } =
    connection;
  const clock = withNotes(connection.clock, (text) =>
    cli.terminal.note(paint([line(text, 'dim')], cli.terminal.noteLook)),
  );
  const deps: VerbTools['deps'] = {
    tasks,
    targetGroups,
    addresses,
    services,
    scaling,
    scaledServices,
    budget,
    clock,
    bindings: createBindings({
      targetGroups,
      services,
      fillers,
      clock,
      tagPrefix,
      ...wiringReaders(settings),
    }),
    factBook: createFactBook(tasks, addresses),
    isStandby: (task) => isStandby(task.tags, tagPrefix),
    standbyFindingsOf: (task) => parseStandby(task.tags, tagPrefix, task.taskArn).findings,
    tagPrefix,
    parseScalingTags: (tags, resource) =>
      parseScalingTags(tags, { prefix: tagPrefix, resource, maxTasks: settings.maxTasks }),
    holdMinutes,
    clusters,
  };
  return {
    settings,
    deps,
    failureQueues,
    deployments: connection.deployments,
    taskControl: connection.taskControl,
    groupTags: connection.groupTags,
    trail: connection.trail,
    changeLog: connection.changeLog,
    fillers,
    sidecars: connection,
    calls,
  };
};
