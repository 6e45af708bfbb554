import type { Rule } from '../rule.ts';
import type { AuditedRevision } from '../subject.ts';
import { loggingDoesNotBlock } from './logs/logging-does-not-block.ts';
import { logsGoSomewhere } from './logs/logs-go-somewhere.ts';
import { noTokenInOptions } from './logs/no-token-in-options.ts';
import { routerIsEssential } from './logs/router-is-essential.ts';
import { routerIsNotPublished } from './logs/router-is-not-published.ts';
import { streamsTellTheTask } from './logs/streams-tell-the-task.ts';
import { executionRole } from './roles/execution-role.ts';
import { logRouterRole } from './roles/log-router-role.ts';
import { separateRoles } from './roles/separate-roles.ts';
import { taskRoleOnEc2 } from './roles/task-role-on-ec2.ts';
import { taskRoleOnFargate } from './roles/task-role-on-fargate.ts';

/** Every rule about the logs and the roles of a revision; what concerns a trace collector is in the tracing rules. */
export const REVISION_RULES: readonly Rule<AuditedRevision>[] = [
  logsGoSomewhere,
  streamsTellTheTask,
  loggingDoesNotBlock,
  noTokenInOptions,
  routerIsEssential,
  routerIsNotPublished,
  executionRole,
  taskRoleOnEc2,
  taskRoleOnFargate,
  separateRoles,
  logRouterRole,
];
