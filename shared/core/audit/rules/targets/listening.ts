import { listenerOf } from '../../../targets/listener.ts';
import type { DefinedContainer } from '../../../tracing/definition.ts';
import type { SeenRevision } from '../../snapshot.ts';
import type { AuditedGroup } from '../../subject.ts';

/** The container of a revision that listens for a group. */
export interface Listening {
  readonly revision: SeenRevision;
  readonly container: DefinedContainer;
}

/** The containers that listen for a group, one for each revision of its workloads where it can be told. */
export const listeningFor = (
  { seen: { binding } }: Pick<AuditedGroup, 'seen'>,
  revisions: readonly SeenRevision[],
): readonly Listening[] => {
  if (binding === undefined) return [];
  return revisions.flatMap((revision) => {
    const listener = listenerOf(binding, revision.definition);
    if ('rule' in listener) return [];
    const container = revision.task.containers.find(({ name }) => name === listener.container);
    return container === undefined ? [] : [{ revision, container }];
  });
};

/**
 * Seconds from SIGTERM to SIGKILL where a container does not say it; ECS_CONTAINER_STOP_TIMEOUT of an agent may differ.
 * https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDefinition.html
 */
const STOP_TIMEOUT_SECONDS = 30;

/** How long a container may go on after it was asked to stop. */
export const stopTimeoutOf = ({ stopTimeoutSeconds }: DefinedContainer): number =>
  stopTimeoutSeconds ?? STOP_TIMEOUT_SECONDS;
