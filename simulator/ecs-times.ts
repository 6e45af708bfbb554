/** How long tasks take, and how late ECS's answers are; milliseconds. May be changed at any time. */
export interface EcsTimes {
  /** PROVISIONING: the interface is made (awsvpc only). Default 4,000. */
  provisioningMs: number;
  /** PENDING. Default 6,000. */
  pendingMs: number;
  /** ACTIVATING. Default 2,000. */
  activatingMs: number;
  /** From the request to stop (desired status STOPPED, still RUNNING) to DEACTIVATING. Default 1,000. */
  stopNoticeMs: number;
  /** DEACTIVATING. Default 1,000. */
  deactivatingMs: number;
  /** STOPPING: how long containers take to end after SIGTERM, at most the stop time-out. Default 5,000. */
  stoppingMs: number;
  /** DEPROVISIONING: the interface is deleted (awsvpc only). Default 5,000. */
  deprovisioningMs: number;
  /** From a task's end to the service starting another. Default 2,000. */
  replaceMs: number;
  /** How long a Spot task goes on after its notice. Default 120,000. */
  spotNoticeMs: number;
  /** ListTasks tells the tasks of this long ago. Default 0. */
  listLagMs: number;
  /** DescribeTasks answers MISSING for tasks younger than this. Default 0. */
  newTaskMissingMs: number;
  /** How long a stopped task is told. Default 3,600,000. */
  keepStoppedMs: number;
  /** Each duration of the life cycle is stretched by up to this share (seeded). Default 0. */
  jitter: number;
}

/** The times of a world that is told nothing else: a quick Fargate. */
export const DEFAULT_TIMES: EcsTimes = {
  provisioningMs: 4_000,
  pendingMs: 6_000,
  activatingMs: 2_000,
  stopNoticeMs: 1_000,
  deactivatingMs: 1_000,
  stoppingMs: 5_000,
  deprovisioningMs: 5_000,
  replaceMs: 2_000,
  spotNoticeMs: 120_000,
  listLagMs: 0,
  newTaskMissingMs: 0,
  keepStoppedMs: 3_600_000,
  jitter: 0,
};
