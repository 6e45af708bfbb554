import { fault } from '../fault.ts';

/** The gate let pass a deployment that it has nothing to say about. */
export const nothingToGate = fault('GAT-1', 'low');
/** The hook stands at a stage where there is nothing to wait for. */
export const otherStage = fault('GAT-2', 'low');
/** The gate ended a deployment. */
export const deploymentEnded = fault('GAT-3', 'high');
/** A group that the deployment did not wait for. */
export const notWaitedFor = fault('GAT-4', 'info');
/** The time limit in the hook's details is none. */
export const wrongTimeLimit = fault('GAT-5', 'medium');
/** The new revision's tasks could not be told from the others. */
export const revisionNotTold = fault('GAT-6', 'low');
/** Deployments of the service can ask nobody. */
export const noHooks = fault('GAT-7', 'medium');
