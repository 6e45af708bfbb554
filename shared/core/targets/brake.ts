/** How many targets a group has and would lose; draining ones are not counted anywhere. */
export interface Removals {
  /** Without those that are still `initial`. */
  readonly present: number;
  /** Removals that rest on proof. */
  readonly proven: number;
  /** Removals that nothing proves. */
  readonly unproven: number;
}

/**
 * Decides whether removals without proof may go. It is all or nothing: letting a part go would, pass by pass, let all
 * of it go.
 * @param percent Most of the group's targets that may go without proof, 0 to 100.
 * @returns Why they are held, or `undefined` if they may go.
 */
export const brakeOn = ({ present, proven, unproven }: Removals, percent: number): string | undefined => {
  if (unproven === 0) return undefined;
  if (unproven * 100 > percent * present) return `brake: ${unproven} of ${present} targets without proof`;
  if (present - proven - unproven < 1) return 'brake: the last target of the group would go without proof';
  return undefined;
};
