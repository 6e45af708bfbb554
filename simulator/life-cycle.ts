import type { Bus } from './bus.ts';
import type { Timer, VirtualClock } from './clock.ts';
import type { EcsTimes } from './ecs-times.ts';
import type { Network } from './network.ts';
import type { Random } from './random.ts';
import type { ContainerRecord, StartFailure, TaskRecord } from './state.ts';
import { eventDetail } from './task-shape.ts';

/** Why a task is to stop. */
export interface StopRequest {
  readonly code: string;
  readonly reason: string;
  /** How long it goes on RUNNING; default the ordinary notice. */
  readonly noticeMs?: number;
}

/** What others want to know about a task's life. */
export interface LifeListener {
  running(task: TaskRecord): void;
  /** Before the containers are asked to end. */
  deactivating(task: TaskRecord): void;
  stopRequested(task: TaskRecord): void;
  stopped(task: TaskRecord): void;
}

/** Moves tasks through their stages. */
export interface LifeCycle {
  /** From PROVISIONING (awsvpc) or PENDING on. */
  launch(task: TaskRecord): void;
  /** Repeating is safe. */
  requestStop(task: TaskRecord, request: StopRequest): void;
  endContainer(task: TaskRecord, container: ContainerRecord, exitCode: number, reason?: string): void;
  delayStop(task: TaskRecord, containerName: string, ms: number): void;
  /** Sends the event of the task's present state, with the version it has. */
  tell(task: TaskRecord): void;
}

const CANNOT_PULL = 'CannotPullContainerError: pull image manifest has been retried 1 time(s)';

/**
 * PROVISIONING → PENDING → ACTIVATING → RUNNING → DEACTIVATING → STOPPING → DEPROVISIONING → STOPPED; every step
 * raises the version and sends an event.
 * Not modelled: the reasons of failing starts (a task that is told to fail does so at the end of ACTIVATING), container
 * health checks (a test says what they say), container dependencies and restarts, events that ECS sends for pull times
 * or connectivity.
 */
export const createLifeCycle = (deps: {
  readonly clock: VirtualClock;
  readonly random: Random;
  readonly bus: Bus;
  readonly network: Network;
  readonly times: EcsTimes;
  readonly releaseAddress: 'stopped' | 'deprovisioning';
  readonly attachmentArn: (id: string) => string;
  readonly listener: LifeListener;
}): LifeCycle => {
  const { clock, random, bus, network, times, listener } = deps;
  const pending = new Map<string, Timer>();
  const stopDelays = new Map<string, Map<string, number>>();

  const tell = (task: TaskRecord): void => {
    bus.send({
      source: 'aws.ecs',
      detailType: 'ECS Task State Change',
      resources: [task.arn],
      detail: eventDetail(task, clock.nowMs()),
    });
  };
  const record = (task: TaskRecord, status = task.lastStatus): void => {
    task.lastStatus = status;
    task.version++;
    tell(task);
  };
  const next = (task: TaskRecord, ms: number, run: () => void): void => {
    const stretchedMs = Math.round(ms * (1 + random.next() * times.jitter));
    pending.set(task.arn, clock.after(stretchedMs, run));
  };
  const live = (container: ContainerRecord) => container.lastStatus !== 'STOPPED';

  const releaseInterface = (task: TaskRecord): void => {
    const own = task.attachment?.interface;
    if (own) network.removeInterface(own.id);
  };

  const stopped = (task: TaskRecord): void => {
    releaseInterface(task);
    if (task.attachment) task.attachment.status = 'DELETED';
    pending.delete(task.arn);
    stopDelays.delete(task.arn);
    task.stoppedAtMs = clock.nowMs();
    record(task, 'STOPPED');
    listener.stopped(task);
  };

  /** All containers have ended. */
  const executionStopped = (task: TaskRecord): void => {
    task.executionStoppedAtMs = clock.nowMs();
    if (!task.attachment?.interface) {
      stopped(task);
      return;
    }
    if (deps.releaseAddress === 'deprovisioning') releaseInterface(task);
    record(task, 'DEPROVISIONING');
    next(task, times.deprovisioningMs, () => stopped(task));
  };

  const end = (container: ContainerRecord, exitCode: number, reason?: string): void => {
    container.lastStatus = 'STOPPED';
    container.exitCode = exitCode;
    if (reason !== undefined) container.reason = reason;
  };

  const endAll = (task: TaskRecord): void => {
    record(task, 'STOPPING');
    const delays = stopDelays.get(task.arn);
    const ends = task.containers
      .filter(live)
      .map((container) => ({ container, ms: delays?.get(container.name) ?? times.stoppingMs }))
      .sort((a, b) => a.ms - b.ms);
    const endNext = (index: number, sinceMs: number): void => {
      const due = ends[index];
      if (!due) {
        executionStopped(task);
        return;
      }
      next(task, due.ms - sinceMs, () => {
        if (live(due.container)) end(due.container, 143);
        const isLast = index === ends.length - 1;
        // The last one's end is told by the stage that follows from it.
        if (!isLast) record(task);
        endNext(index + 1, due.ms);
      });
    };
    endNext(0, 0);
  };

  const stopRunning = (task: TaskRecord, noticeMs: number): void => {
    next(task, noticeMs, () => {
      listener.deactivating(task);
      record(task, 'DEACTIVATING');
      next(task, times.deactivatingMs, () => endAll(task));
    });
  };

  const requestStop = (task: TaskRecord, { code, reason, noticeMs = times.stopNoticeMs }: StopRequest): void => {
    if (task.desiredStatus === 'STOPPED') return;
    pending.get(task.arn)?.cancel();
    task.desiredStatus = 'STOPPED';
    task.stopCode = code;
    task.stoppedReason = reason;
    task.stopRequestedAtMs = clock.nowMs();
    task.stoppingAtMs = clock.nowMs();
    record(task);
    if (task.lastStatus === 'RUNNING') stopRunning(task, noticeMs);
    else {
      next(task, Math.min(noticeMs, times.stopNoticeMs), () => {
        for (const container of task.containers.filter(live)) end(container, 0);
        executionStopped(task);
      });
    }
    listener.stopRequested(task);
  };

  const endsFirst = (task: TaskRecord, { container: named }: StartFailure): ContainerRecord | undefined =>
    task.containers.find(({ name, essential }) => (named === undefined ? essential : named === name));

  const failStart = (task: TaskRecord, { stopCode = 'EssentialContainerExited', ...failure }: StartFailure): void => {
    const neverStarted = stopCode === 'TaskFailedToStart';
    const reason = failure.reason ?? (neverStarted ? CANNOT_PULL : 'Essential container in task exited');
    const failing = endsFirst(task, failure);
    if (failing) {
      failing.lastStatus = 'STOPPED';
      if (neverStarted) failing.reason = reason;
      else failing.exitCode = failure.exitCode ?? 1;
    }
    requestStop(task, { code: stopCode, reason, noticeMs: 0 });
  };

  const endContainer: LifeCycle['endContainer'] = (task, container, exitCode, reason) => {
    if (!live(container)) return;
    end(container, exitCode, reason);
    if (container.essential) {
      requestStop(task, {
        code: 'EssentialContainerExited',
        reason: 'Essential container in task exited',
        noticeMs: 0,
      });
    } else record(task);
  };

  const endSoon = (task: TaskRecord, failure: StartFailure): void => {
    const ends = endsFirst(task, failure);
    const { runsMs = 0, exitCode = 1, reason } = failure;
    clock.after(runsMs, () => {
      if (ends && task.desiredStatus === 'RUNNING') endContainer(task, ends, exitCode, reason);
    });
  };

  const activate = (task: TaskRecord): void => {
    record(task, 'ACTIVATING');
    next(task, times.activatingMs, () => {
      const failure = task.startFailure;
      if (failure && failure.runsMs === undefined) {
        failStart(task, failure);
        return;
      }
      for (const container of task.containers.filter(live)) container.lastStatus = 'RUNNING';
      task.startedAtMs = clock.nowMs();
      record(task, 'RUNNING');
      listener.running(task);
      if (failure) endSoon(task, failure);
    });
  };

  const waitForPlace = (task: TaskRecord): void => {
    next(task, times.pendingMs, () => activate(task));
  };

  const provision = (task: TaskRecord): void => {
    const { attachment } = task;
    if (!attachment) return;
    try {
      attachment.interface = network.addInterface({
        subnetId: attachment.subnetId,
        description: deps.attachmentArn(attachment.id),
      });
    } catch (error) {
      requestStop(task, { code: 'TaskFailedToStart', reason: error instanceof Error ? error.message : String(error) });
      return;
    }
    attachment.status = 'ATTACHED';
    record(task, 'PENDING');
    waitForPlace(task);
  };

  return {
    launch: (task) => {
      tell(task);
      if (task.attachment) next(task, times.provisioningMs, () => provision(task));
      else waitForPlace(task);
    },
    requestStop,
    endContainer,
    delayStop: (task, containerName, ms) => {
      const delays = stopDelays.get(task.arn) ?? new Map<string, number>();
      delays.set(containerName, ms);
      stopDelays.set(task.arn, delays);
    },
    tell,
  };
};
