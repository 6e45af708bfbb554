import { fault } from '../fault.ts';

/** Several container ports could be meant. */
export const ambiguousPort = fault('TAG-10', 'high');
/** The tagged container or port is not in the task definition. */
export const noSuchListener = fault('TAG-11', 'high');
/** `standby` is neither true nor false. */
export const wrongStandby = fault('TAG-13', 'medium');
/** A workload that a tag names does not exist. */
export const noSuchWorkload = fault('TAG-14', 'medium');
/** A service does not allow a group that is tagged for it, where the stack wants both sides to agree. */
export const notAllowed = fault('TAG-15', 'high');
/** A live task of another workload holds a registered target: customers reach a stranger. */
export const wrongHolder = fault('TGT-2', 'high');
/** Nothing that Taskwire can see explains a registered target. */
export const unknownTarget = fault('TGT-3', 'medium');
/** Something else fills the group. */
export const filledByOther = fault('TGT-4', 'high');
/** Taskwire cannot fill a group of this type or protocol. */
export const unsupportedGroup = fault('TGT-5', 'high');
/** The group's target type does not fit the tasks' network mode. */
export const wrongNetworkMode = fault('TGT-6', 'high');
/** The task's address is not in the group's VPC, or of the wrong family. */
export const outsideVpc = fault('TGT-7', 'high');
/** AWS refused a target. */
export const refusedTarget = fault('TGT-8', 'high');
/** The group is at its quota of targets. */
export const groupFull = fault('TGT-9', 'high');
/** AWS does not let Taskwire change the group. */
export const deniedGroup = fault('TGT-11', 'high');
/** Somebody answers on a port of an instance where no task listens. */
export const answeredByStranger = fault('TGT-12', 'high');
