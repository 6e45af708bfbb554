import type { SeenEnvironment } from '../../snapshot.ts';

/** Whether an environment is meant to go on: one that ends is left in peace. */
export const isAlive = ({ status }: SeenEnvironment): boolean => status !== 'Terminating' && status !== 'Terminated';
