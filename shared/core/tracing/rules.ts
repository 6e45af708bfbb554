import type { Rule } from '../audit/rule.ts';
import { boundBeyondLoopback } from './rules/bound-beyond-loopback.ts';
import { collectorPresent } from './rules/collector-present.ts';
import { daemonAddress } from './rules/daemon-address.ts';
import { daemonMigration } from './rules/daemon-migration.ts';
import { executionRole } from './rules/execution-role.ts';
import { imagePinned } from './rules/image-pinned.ts';
import { imageWorks } from './rules/image-works.ts';
import { linksOnlyOnBridge } from './rules/links-only-on-bridge.ts';
import { linksToCollector } from './rules/links-to-collector.ts';
import { logConfiguration } from './rules/log-configuration.ts';
import { notEssential } from './rules/not-essential.ts';
import { otlpReceiver } from './rules/otlp-receiver.ts';
import { portClash } from './rules/port-clash.ts';
import { room } from './rules/room.ts';
import { startsFirst } from './rules/starts-first.ts';
import { taskRole } from './rules/task-role.ts';
import { taskRoleAllows } from './rules/task-role-allows.ts';
import { taskRoleOnEc2 } from './rules/task-role-on-ec2.ts';
import { udpPortMapped } from './rules/udp-port-mapped.ts';
import { udpReceiver } from './rules/udp-receiver.ts';
import type { TracedTask } from './subject.ts';

/** Every rule about tracing, in the order of their ids. */
export const TRACING_RULES: readonly Rule<TracedTask>[] = [
  collectorPresent,
  udpPortMapped,
  boundBeyondLoopback,
  daemonAddress,
  linksToCollector,
  linksOnlyOnBridge,
  otlpReceiver,
  udpReceiver,
  notEssential,
  startsFirst,
  taskRole,
  taskRoleOnEc2,
  taskRoleAllows,
  executionRole,
  logConfiguration,
  room,
  portClash,
  imagePinned,
  imageWorks,
  daemonMigration,
];
