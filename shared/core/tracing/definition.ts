/** A port mapping of a container, as far as it is written down. */
export interface DefinedPort {
  /** `undefined` for a range. */
  readonly containerPort?: number;
  /** 0 or absent: a dynamic one. */
  readonly hostPort?: number;
  readonly protocol: 'tcp' | 'udp';
}

/** Health check of a container. */
export interface DefinedHealthCheck {
  readonly command: readonly string[];
}

/** A container of a task definition, or of a file that comes to one, as the tracing rules see it. */
export interface DefinedContainer {
  readonly name: string;
  /** Absent where the document computes it (an intrinsic function, a variable). */
  readonly image?: string;
  /** Task definitions default to true; a Dockerrun file, too. */
  readonly essential: boolean;
  readonly cpu?: number;
  /** MiB, hard and soft limit. */
  readonly memory?: number;
  readonly memoryReservation?: number;
  readonly ports: readonly DefinedPort[];
  /** Values are compared inside of a rule and never told; `undefined` where the document computes one. */
  readonly environment: ReadonlyMap<string, string | undefined>;
  /** Names of environment variables that come from a secret. */
  readonly secrets: readonly string[];
  readonly command: readonly string[];
  readonly entryPoint: readonly string[];
  readonly links: readonly string[];
  readonly dependsOn: readonly { readonly container: string; readonly condition: string }[];
  readonly healthCheck?: DefinedHealthCheck;
  /** `awslogs`, `awsfirelens`…; absent where none is configured. */
  readonly logDriver?: string;
  /**
   * Options of the log driver by name. The values of most are left out as empty text, since some hold a token; absent
   * where there is no log configuration, or the document computes it.
   */
  readonly logOptions?: Readonly<Record<string, string>>;
  /** It takes the logs of the others by FireLens. */
  readonly routesLogs?: boolean;
  readonly stopTimeoutSeconds?: number;
  /** Where it stands in its document: `['containerDefinitions', 1]`. */
  readonly path: readonly (string | number)[];
}

export type DefinedNetworkMode = 'awsvpc' | 'bridge' | 'host' | 'none';

/** A task definition as the tracing rules see it: from ECS, a JSON file, a template, a Dockerrun or a Compose file. */
export interface DefinedTask {
  /** What it is called in findings: family and revision, a logical id, or a file's name. */
  readonly name: string;
  readonly source: 'task-definition' | 'dockerrun' | 'compose' | 'template';
  readonly networkMode: DefinedNetworkMode;
  readonly fargate: boolean;
  /** CPU units and MiB of the task; absent on EC2 where the containers' own count. */
  readonly cpu?: number;
  readonly memory?: number;
  /** `true`: there is one, though the document computes which. Absent for sources that have none (Dockerrun). */
  readonly taskRole?: string | boolean;
  readonly executionRole?: string | boolean;
  readonly containers: readonly DefinedContainer[];
  /** Members that the document computes, so that rules about them do not apply: paths joined by `.`. */
  readonly computed: ReadonlySet<string>;
  /** Where it stands in its document. */
  readonly path: readonly (string | number)[];
}
