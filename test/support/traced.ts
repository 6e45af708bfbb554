import { parseTaskDefinition } from '../../shared/contracts/task-definition-file.ts';
import { evaluate } from '../../shared/core/audit/evaluate.ts';
import type { DefinedNetworkMode, DefinedTask } from '../../shared/core/tracing/definition.ts';
import { TRACING_RULES } from '../../shared/core/tracing/rules.ts';
import type { TracedTask } from '../../shared/core/tracing/subject.ts';

export const XRAY_IMAGE = 'public.ecr.aws/xray/aws-xray-daemon:3.x';
const ADOT_IMAGE = 'public.ecr.aws/aws-observability/aws-otel-collector:v0.49.0';
const AGENT_IMAGE = 'public.ecr.aws/cloudwatch-agent/cloudwatch-agent:1.300062.0b1304';
const OTEL_IMAGE = 'otel/opentelemetry-collector-contrib:0.140.0';

/** A container definition as RegisterTaskDefinition takes it, as far as the tests write one. */
export interface WrittenContainer {
  readonly name: string;
  readonly image?: string;
  readonly essential?: boolean;
  readonly cpu?: number;
  readonly memory?: number;
  readonly memoryReservation?: number;
  readonly portMappings?: readonly {
    readonly containerPort?: number;
    readonly hostPort?: number;
    readonly protocol?: 'tcp' | 'udp';
  }[];
  readonly environment?: readonly { readonly name: string; readonly value: string }[];
  readonly secrets?: readonly { readonly name: string; readonly valueFrom: string }[];
  readonly command?: readonly string[];
  readonly entryPoint?: readonly string[];
  readonly links?: readonly string[];
  readonly dependsOn?: readonly { readonly containerName: string; readonly condition: string }[];
  readonly healthCheck?: { readonly command: readonly string[] };
  readonly stopTimeout?: number;
  readonly logConfiguration?: { readonly logDriver: string; readonly options?: Readonly<Record<string, string>> };
  readonly firelensConfiguration?: { readonly type: string };
}

/** A task definition as RegisterTaskDefinition takes it, as far as the tests write one. */
export interface WrittenTask {
  readonly family: string;
  readonly networkMode?: DefinedNetworkMode;
  readonly requiresCompatibilities?: readonly string[];
  readonly cpu?: string;
  readonly memory?: string;
  readonly taskRoleArn?: string;
  readonly executionRoleArn?: string;
  readonly containerDefinitions: readonly WrittenContainer[];
}

/** A task definition's JSON as the rules see it. */
export const definedTaskOf = (written: unknown): DefinedTask => {
  const [only] = parseTaskDefinition(written, 'task.json');
  if (only?.task === undefined) throw new Error('no task definition');
  return only.task;
};

/** A configuration of the CloudWatch agent that receives both kinds of traces, from everywhere or its loopback. */
export const agentConfig = (host = '0.0.0.0'): string =>
  JSON.stringify({
    traces: {
      traces_collected: {
        xray: { bind_address: `${host}:2000`, tcp_proxy: { bind_address: `${host}:2000` } },
        otlp: { grpc_endpoint: `${host}:4317`, http_endpoint: `${host}:4318` },
      },
    },
  });

/** A container of a row: its variables as an object, everything else as in a task definition. */
export type Says = Omit<WrittenContainer, 'name' | 'environment' | 'image' | 'memory'> & {
  readonly env?: Readonly<Record<string, string>>;
  /** `undefined`: not written at all. */
  readonly image?: string | undefined;
  readonly memory?: number | undefined;
};

/** Containers that the rows name; what they say is put over these. */
const PRESETS: Readonly<Record<string, Says>> = {
  xray: { image: XRAY_IMAGE, essential: false },
  adot: { image: ADOT_IMAGE, essential: false, command: ['--config=/etc/ecs/ecs-default-config.yaml'] },
  agent: { image: AGENT_IMAGE, essential: false, env: { CW_CONFIG_CONTENT: agentConfig() } },
  otel: { image: OTEL_IMAGE, essential: false },
};

/** What a row says of a task: containers by name, in their order, and members of the task definition. */
export interface TaskSays extends Partial<Omit<TracedTask, 'task'>> {
  /** `fargate` is awsvpc on Fargate; the others are on EC2. */
  readonly on?: 'fargate' | 'awsvpc' | 'bridge' | 'host' | 'none';
  readonly has: Readonly<Record<string, Says>>;
  readonly with?: Omit<Partial<WrittenTask>, 'containerDefinitions' | 'networkMode'>;
  /** Paths that the document computes. */
  readonly computed?: readonly string[];
  readonly source?: TracedTask['task']['source'];
}

const MEMORY = 128;

/** The task definition of a row, as RegisterTaskDefinition takes it. */
export const aWrittenTask = ({ on = 'fargate', has, with: members = {} }: TaskSays): WrittenTask => ({
  family: 'web',
  networkMode: on === 'fargate' ? 'awsvpc' : on,
  requiresCompatibilities: [on === 'fargate' ? 'FARGATE' : 'EC2'],
  ...(on === 'fargate' && { cpu: '512', memory: '1024' }),
  ...members,
  containerDefinitions: Object.entries(has).map(([name, says]): WrittenContainer => {
    const { env, image, memory, ...rest } = { image: 'web:1', memory: MEMORY, ...PRESETS[name], ...says };
    return {
      name,
      ...(image !== undefined && { image }),
      ...(memory !== undefined && { memory }),
      ...rest,
      ...(env && { environment: Object.entries(env).map(([key, value]) => ({ name: key, value })) }),
    };
  }),
});

/** What the rules judge for a row. */
export const aTracedTask = (says: TaskSays): TracedTask => {
  const { on: _on, has: _has, with: _with, computed = [], source, ...known } = says;
  const task = definedTaskOf(aWrittenTask(says));
  return {
    wanted: 'any',
    ...known,
    task: { ...task, ...(source && { source }), computed: new Set([...task.computed, ...computed]) },
  };
};

/** Verdict of one rule: `pass`, `not-applicable`, or the containers that break it (the task's name for itself). */
export const verdictOf = (ruleId: string, says: TaskSays): string | readonly string[] => {
  const subject = aTracedTask(says);
  const rule = TRACING_RULES.find(({ id }) => id === ruleId);
  if (rule === undefined) throw new Error(`no rule ${ruleId}`);
  const results = [rule.check(subject)].flat();
  const failures = evaluate(subject, [rule], 'web.json');
  if (failures.length > 0) return failures.map(({ container = 'task' }) => container);
  return results.some(({ status }) => status === 'pass') ? 'pass' : 'not-applicable';
};
