import { fault } from '../fault.ts';

/** A tag asks for scaling of a service that cannot have it. */
export const cannotScale = fault('SCL-1', 'high');
/** A person's policy or schedule fights what the tags ask for. */
export const conflictingPolicy = fault('SCL-2', 'high');
/** Two writers of the bounds: the hours, and a person's schedule. */
export const conflictingSchedule = fault('SCL-3', 'medium');
/** The group whose requests should count cannot be told. */
export const noRequestsGroup = fault('SCL-4', 'high');
/** A reaction was not taken, since it would have moved the running count. */
export const skippedReaction = fault('SCL-5', 'high');
/** Scale-out is held because tasks do not start. */
export const crashLoop = fault('SCL-6', 'high');
/** The bounds are lowered again after Spot, but no policy brings the count down. */
export const noPolicyForSpot = fault('SCL-7', 'medium');
/** AWS refused a change of scaling. */
export const refusedScaling = fault('SCL-8', 'high');
