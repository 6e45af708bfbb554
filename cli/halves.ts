/** What there is to plan and to apply: the targets of target groups, and the auto scaling of services. */
export const HALVES = ['targets', 'scaling'] as const;

export type Half = (typeof HALVES)[number];
