import { collectorKindOf } from '../../tracing/collectors.ts';
import type { DefinedContainer, DefinedTask } from '../../tracing/definition.ts';
import { isCompanion } from '../../tracing/senders.ts';
import type { AuditedRevision } from '../subject.ts';

/** What the rules about logs and roles see of a revision. */
export interface Cast {
  readonly task: DefinedTask;
  readonly runsOn: AuditedRevision['runsOn'];
  /** Neither collectors, nor log routers, nor known companions. */
  readonly applications: readonly DefinedContainer[];
  /** Those that take the logs of the others by FireLens. */
  readonly routers: readonly DefinedContainer[];
  readonly hasCollector: boolean;
  /** Elastic Beanstalk writes the definition, takes the logs and lends the instance’s role. */
  readonly ofBeanstalk: boolean;
}

/** Tells the containers of a revision apart. */
export const castOf = ({ revision: { task }, runsOn, collectorImages }: AuditedRevision): Cast => {
  // The tracing rules judge its logs and its roles.
  const isCollector = (container: DefinedContainer): boolean =>
    collectorKindOf(container, collectorImages) !== undefined;
  return {
    task,
    runsOn,
    applications: task.containers.filter(
      (container) => !isCollector(container) && !isCompanion(container) && container.routesLogs !== true,
    ),
    routers: task.containers.filter(({ routesLogs }) => routesLogs === true),
    hasCollector: task.containers.some(isCollector),
    ofBeanstalk: task.name.startsWith('awseb-'),
  };
};

/** Whether a definition names a role. */
export const hasRole = (role: DefinedTask['taskRole']): boolean => role !== undefined && role !== '' && role !== false;
