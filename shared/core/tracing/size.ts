import type { DefinedContainer } from './definition.ts';

/** CPU units that a container takes of its task. */
export const cpuOf = ({ cpu = 0 }: Pick<DefinedContainer, 'cpu'>): number => cpu;

/** MiB that ECS reserves for a container: the soft limit where there is one, else the hard one. */
export const memoryOf = ({
  memory,
  memoryReservation,
}: Pick<DefinedContainer, 'memory' | 'memoryReservation'>): number | undefined => memoryReservation ?? memory;
