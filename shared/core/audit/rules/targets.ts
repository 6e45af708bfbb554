import type { Rule } from '../rule.ts';
import type { AuditedGroup, AuditedService } from '../subject.ts';
import { answeredByATask } from './targets/answered-by-a-task.ts';
import { behindALoadBalancer } from './targets/behind-a-load-balancer.ts';
import { deploymentKeepsTasks } from './targets/deployment-keeps-tasks.ts';
import { deploymentWaits } from './targets/deployment-waits.ts';
import { drainingWithinStop } from './targets/draining-within-stop.ts';
import { explained } from './targets/explained.ts';
import { filledByNobodyElse } from './targets/filled-by-nobody-else.ts';
import { healthCheckPort } from './targets/health-check-port.ts';
import { heldByItsOwn } from './targets/held-by-its-own.ts';
import { inTheGroupsVpc } from './targets/in-the-groups-vpc.ts';
import { networkModeFits } from './targets/network-mode-fits.ts';
import { noPublicAddress } from './targets/no-public-address.ts';
import { noStaleTarget } from './targets/no-stale-target.ts';
import { notInherited } from './targets/not-inherited.ts';
import { notUnhealthyForLong } from './targets/not-unhealthy-for-long.ts';
import { registered } from './targets/registered.ts';
import { roomForTargets } from './targets/room-for-targets.ts';
import { stagesWait } from './targets/stages-wait.ts';
import { timeToLeave } from './targets/time-to-leave.ts';
import { typeThatTasksFit } from './targets/type-that-tasks-fit.ts';

/** Every rule about a target group, in the order of their ids; TGT-8, 9 and 11 are told of changes only. */
export const TARGET_RULES: readonly Rule<AuditedGroup>[] = [
  registered,
  heldByItsOwn,
  explained,
  filledByNobodyElse,
  typeThatTasksFit,
  networkModeFits,
  inTheGroupsVpc,
  noStaleTarget,
  answeredByATask,
  notInherited,
  roomForTargets,
  notUnhealthyForLong,
  drainingWithinStop,
  timeToLeave,
  behindALoadBalancer,
  healthCheckPort,
];

/** Every rule about how a wired service runs and deploys, in the order of their ids. */
export const WIRED_SERVICE_RULES: readonly Rule<AuditedService>[] = [
  noPublicAddress,
  deploymentWaits,
  deploymentKeepsTasks,
  stagesWait,
];
