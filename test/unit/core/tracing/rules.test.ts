import { describe, expect, test } from '@jest/globals';
import { TRACING_RULES } from '../../../../shared/core/tracing/rules.ts';
import { agentConfig, type TaskSays, verdictOf } from '../../../support/traced.ts';

interface Row extends TaskSays {
  readonly name: string;
  /** `pass`, `not-applicable`, or the containers that break the rule. */
  readonly is: string | readonly string[];
}

const NA = 'not-applicable';
const none = {};
/** What a template puts together when it is used. */
const hole = (name: string): string => `\${${name}}`;
const sdk = (address?: string) => ({
  env: { AWS_XRAY_TRACING_NAME: 'web', ...(address && { AWS_XRAY_DAEMON_ADDRESS: address }) },
});
const otlp = (endpoint?: string, more = {}) => ({
  env: { OTEL_TRACES_EXPORTER: 'otlp', ...(endpoint && { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint }), ...more },
});
const linked = (address = 'xray:2000', to = 'xray') => ({ ...sdk(address), links: [to] });
const udp = (containerPort = 2000, hostPort = 0) => ({ containerPort, hostPort, protocol: 'udp' as const });
const waits = (containerName: string, condition = 'START') => ({ dependsOn: [{ containerName, condition }] });
const mapped = { portMappings: [udp()] };
const role = { taskRoleArn: 'arn:aws:iam::111122223333:role/web' };
const execution = { executionRoleArn: 'arn:aws:iam::111122223333:role/ecs' };
const awslogs = { logConfiguration: { logDriver: 'awslogs' } };
const ecr = (name: string) => `111122223333.dkr.ecr.eu-west-1.amazonaws.com/${name}`;
const SEND = ['xray:PutTraceSegments', 'xray:PutTelemetryRecords'];
const ALL = [...SEND, 'xray:GetSamplingRules', 'xray:GetSamplingTargets'];
const adotWith = (content: string) => ({ adot: { command: [], env: { AOT_CONFIG_CONTENT: content } } });

const ROWS: Readonly<Record<string, readonly Row[]>> = {
  'XRY-1': [
    { name: 'a daemon beside the application', has: { app: sdk(), xray: none }, is: 'pass' },
    { name: 'any other collector', has: { app: sdk(), otel: none }, is: 'pass' },
    { name: 'none on Fargate', has: { app: sdk() }, is: ['task'] },
    { name: 'none on Fargate, a daemon service there', has: { app: none }, daemonCollector: true, is: ['task'] },
    { name: 'none on EC2', on: 'bridge', has: { app: none }, is: ['task'] },
    {
      name: 'none on EC2, a daemon service there',
      on: 'bridge',
      has: { app: none },
      daemonCollector: true,
      is: 'pass',
    },
    {
      name: 'none on EC2, no daemon service',
      on: 'host',
      has: { app: sdk('10.0.0.1:2000') },
      daemonCollector: false,
      is: ['task'],
    },
    { name: 'told an address elsewhere, nobody looked', on: 'bridge', has: { app: sdk('172.17.0.1:2000') }, is: NA },
    { name: 'the wanted one', has: { app: none, adot: none }, wanted: 'adot', is: 'pass' },
    { name: 'another than the wanted one', has: { app: none, xray: none }, wanted: 'adot', is: ['task'] },
    {
      name: 'only a companion beside it',
      has: { app: none, log: { image: 'amazon/aws-for-fluent-bit:2' } },
      is: ['task'],
    },
    { name: 'an image that the template computes', has: { app: { image: undefined } }, is: NA },
    { name: 'a task of a collector alone', on: 'bridge', has: { xray: { essential: true } }, is: NA },
    { name: 'no network', on: 'none', has: { app: none }, is: NA },
    {
      name: 'an image that is a collector by setting',
      has: { app: none, mine: { image: ecr('tracing:1') } },
      collectorImages: [{ kind: 'xray', pattern: 'trac*' }],
      is: 'pass',
    },
  ],
  'XRY-2': [
    { name: 'UDP 2000 is mapped', on: 'bridge', has: { app: linked(), xray: mapped }, is: 'pass' },
    { name: 'nothing is mapped', on: 'bridge', has: { app: linked(), xray: none }, is: ['xray'] },
    {
      name: 'TCP only',
      on: 'bridge',
      has: { app: linked(), xray: { portMappings: [{ containerPort: 2000 }] } },
      is: ['xray'],
    },
    {
      name: 'another port than it listens on',
      on: 'bridge',
      has: { app: linked(), xray: { ...mapped, command: ['-b', '0.0.0.0:3000'] } },
      is: ['xray'],
    },
    { name: 'ADOT without the port', on: 'bridge', has: { app: linked(), adot: none }, is: ['adot'] },
    {
      name: 'the application sends OTLP only',
      on: 'bridge',
      has: { app: otlp('http://adot:4318'), adot: none },
      is: NA,
    },
    { name: 'awsvpc', has: { app: sdk(), xray: none }, is: NA },
    { name: 'host', on: 'host', has: { app: sdk(), xray: none }, is: NA },
    {
      name: 'mappings that the template computes',
      on: 'bridge',
      has: { app: linked(), xray: none },
      computed: ['containerDefinitions.1.portMappings'],
      is: NA,
    },
  ],
  'XRY-3': [
    { name: 'the official daemon', on: 'bridge', has: { app: linked(), xray: mapped }, is: 'pass' },
    {
      name: 'a daemon told the loopback',
      on: 'bridge',
      has: { app: linked(), xray: { command: ['-b', '127.0.0.1:2000'] } },
      is: ['xray'],
    },
    {
      name: 'an entry point of one’s own without flags',
      on: 'bridge',
      has: { app: linked(), xray: { entryPoint: ['/usr/bin/xray'] } },
      is: ['xray'],
    },
    {
      name: 'an entry point of one’s own with flags',
      on: 'bridge',
      has: { app: linked(), xray: { entryPoint: ['/usr/bin/xray', '-t', '0.0.0.0:2000', '--bind=0.0.0.0:2000'] } },
      is: 'pass',
    },
    {
      name: 'an agent by its defaults',
      on: 'bridge',
      has: { app: linked(), agent: { env: { CW_CONFIG_CONTENT: '{"traces":{"traces_collected":{"xray":{}}}}' } } },
      is: ['agent'],
    },
    { name: 'an agent on all addresses', on: 'bridge', has: { app: linked(), agent: none }, is: 'pass' },
    {
      name: 'an agent whose loopback nobody needs',
      on: 'bridge',
      has: {
        app: otlp('http://agent:4318'),
        agent: { env: { CW_CONFIG_CONTENT: '{"traces":{"traces_collected":{"xray":{}}}}' } },
      },
      is: NA,
    },
    { name: 'awsvpc', has: { app: sdk(), agent: { env: { CW_CONFIG_CONTENT: agentConfig('127.0.0.1') } } }, is: NA },
    {
      name: 'an agent whose configuration is a secret',
      on: 'bridge',
      has: { app: linked(), agent: { env: {}, secrets: [{ name: 'CW_CONFIG_CONTENT', valueFrom: 'p' }] } },
      is: NA,
    },
  ],
  'XRY-4': [
    { name: 'nothing set on awsvpc', has: { app: sdk(), xray: none }, is: 'pass' },
    {
      name: 'the loopback on awsvpc, both protocols',
      has: { app: sdk('tcp:127.0.0.1:2000 udp:localhost:2000'), xray: none },
      is: 'pass',
    },
    { name: 'the container’s name on awsvpc', has: { app: sdk('xray:2000'), xray: none }, is: ['app'] },
    { name: 'another host on awsvpc', has: { app: sdk('xray.internal:2000'), xray: none }, is: ['app'] },
    { name: 'the wrong port on awsvpc', has: { app: sdk('127.0.0.1:3000'), xray: none }, is: ['app'] },
    {
      name: 'the port that the daemon listens on',
      has: { app: sdk('127.0.0.1:3000'), xray: { command: ['-b', '0.0.0.0:3000', '-t', '0.0.0.0:3000'] } },
      is: 'pass',
    },
    {
      name: 'TCP leads elsewhere than UDP',
      has: { app: sdk('udp:127.0.0.1:2000 tcp:xray:2000'), xray: none },
      is: ['app'],
    },
    { name: 'no port', has: { app: sdk('127.0.0.1'), xray: none }, is: ['app'] },
    { name: 'one protocol of two', has: { app: sdk('udp:127.0.0.1:2000'), xray: none }, is: ['app'] },
    { name: 'the container’s name on bridge', on: 'bridge', has: { app: linked(), xray: mapped }, is: 'pass' },
    {
      name: 'the container’s name on bridge, both protocols',
      on: 'bridge',
      has: { app: linked('tcp:xray:2000 udp:xray:2000'), xray: mapped },
      is: 'pass',
    },
    {
      name: 'the alias of a link',
      on: 'bridge',
      has: { app: linked('traces:2000', 'xray:traces'), xray: mapped },
      is: 'pass',
    },
    { name: 'the loopback on bridge', on: 'bridge', has: { app: linked('127.0.0.1:2000'), xray: mapped }, is: ['app'] },
    { name: 'nothing set on bridge', on: 'bridge', has: { app: sdk(), xray: mapped }, is: ['app'] },
    {
      name: 'nothing set on bridge, nothing shows what is sent, a daemon',
      on: 'bridge',
      has: { app: none, xray: mapped },
      is: ['app'],
    },
    {
      name: 'nothing set on bridge, nothing shows what is sent, ADOT',
      on: 'bridge',
      has: { app: none, adot: mapped },
      is: NA,
    },
    {
      name: 'a container that is no collector',
      on: 'bridge',
      has: { app: sdk('db:2000'), xray: mapped, db: none },
      is: ['app'],
    },
    {
      name: 'the bridge’s gateway',
      on: 'bridge',
      has: { app: sdk('172.17.0.1:2000'), xray: { portMappings: [udp(2000, 2000)] } },
      is: 'pass',
    },
    { name: 'the loopback on host', on: 'host', has: { app: sdk('127.0.0.1:2000'), xray: none }, is: 'pass' },
    { name: 'the container’s name on host', on: 'host', has: { app: sdk('xray:2000'), xray: none }, is: ['app'] },
    {
      name: 'a daemon service and the loopback on host',
      on: 'host',
      has: { app: sdk() },
      daemonCollector: true,
      is: 'pass',
    },
    {
      name: 'a daemon service and the loopback on awsvpc',
      on: 'awsvpc',
      has: { app: sdk() },
      daemonCollector: true,
      is: ['app'],
    },
    {
      name: 'a daemon service and the loopback on bridge',
      on: 'bridge',
      has: { app: sdk() },
      daemonCollector: true,
      is: ['app'],
    },
    {
      name: 'a daemon service and the instance’s address',
      on: 'awsvpc',
      has: { app: sdk('10.0.0.5:2000') },
      daemonCollector: true,
      is: 'pass',
    },
    {
      name: 'a value that the template puts together',
      has: { app: sdk(`${hole('Collector')}:2000`), xray: none },
      is: NA,
    },
    {
      name: 'a value from a secret',
      has: { app: { secrets: [{ name: 'AWS_XRAY_DAEMON_ADDRESS', valueFrom: 'p' }] }, xray: none },
      is: NA,
    },
    { name: 'no collector', has: { app: sdk('x:1') }, is: NA },
    {
      name: 'the X-Ray SDK is switched off',
      has: { app: { env: { AWS_XRAY_SDK_ENABLED: 'false', AWS_XRAY_DAEMON_ADDRESS: 'x:1' } }, adot: none },
      is: NA,
    },
  ],
  'XRY-5': [
    { name: 'links to the daemon', on: 'bridge', has: { app: linked(), xray: mapped }, is: 'pass' },
    { name: 'does not', on: 'bridge', has: { app: sdk('xray:2000'), xray: mapped }, is: ['app'] },
    {
      name: 'one of two applications does not',
      on: 'bridge',
      has: { app: linked(), api: sdk('xray:2000'), xray: mapped },
      is: ['api'],
    },
    { name: 'does not, and nothing shows what it sends', on: 'bridge', has: { app: none, adot: mapped }, is: ['app'] },
    { name: 'sends to the gateway', on: 'bridge', has: { app: sdk('172.17.0.1:2000'), xray: mapped }, is: NA },
    {
      name: 'sends OTLP without a link',
      on: 'bridge',
      has: { app: otlp('http://adot:4318'), adot: none },
      is: ['app'],
    },
    { name: 'awsvpc', has: { app: sdk(), xray: none }, is: NA },
    { name: 'no collector', on: 'bridge', has: { app: sdk() }, is: NA },
  ],
  'XRY-6': [
    { name: 'Fargate without links', has: { app: sdk(), xray: none }, is: 'pass' },
    { name: 'links on Fargate', has: { app: linked(), xray: none }, is: ['app'] },
    { name: 'links on awsvpc', on: 'awsvpc', has: { app: linked(), xray: none }, is: ['app'] },
    { name: 'links on host', on: 'host', has: { app: linked(), xray: none }, is: ['app'] },
    { name: 'bridge', on: 'bridge', has: { app: linked(), xray: none }, is: NA },
  ],
  'XRY-7': [
    { name: 'ADOT receives it', has: { app: otlp('http://localhost:4318'), adot: none }, is: 'pass' },
    { name: 'nothing set, ADOT receives it', has: { app: otlp(), adot: none }, is: 'pass' },
    { name: 'a daemon does not', has: { app: otlp(), xray: none }, is: ['app'] },
    {
      name: 'an agent for X-Ray only',
      has: { app: otlp(), agent: { env: { CW_CONFIG_CONTENT: '{"traces":{"traces_collected":{"xray":{}}}}' } } },
      is: ['app'],
    },
    { name: 'an agent for OTLP', has: { app: otlp('http://127.0.0.1:4317'), agent: none }, is: 'pass' },
    {
      name: 'an agent for Application Signals',
      has: {
        app: otlp('http://localhost:4316/v1/traces', { OTEL_EXPORTER_OTLP_PROTOCOL: 'http/protobuf' }),
        agent: { env: { CW_CONFIG_CONTENT: '{"traces":{"traces_collected":{"application_signals":{}}}}' } },
      },
      is: 'pass',
    },
    { name: 'a port where nobody listens', has: { app: otlp('http://localhost:55681'), adot: none }, is: ['app'] },
    {
      name: 'gRPC to the port of HTTP',
      has: { app: otlp('http://localhost:4318', { OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' }), adot: none },
      is: ['app'],
    },
    {
      name: 'HTTP to the port of HTTP',
      has: { app: otlp('http://localhost:4318', { OTEL_EXPORTER_OTLP_PROTOCOL: 'http/protobuf' }), adot: none },
      is: 'pass',
    },
    { name: 'the container’s name on awsvpc', has: { app: otlp('http://adot:4317'), adot: none }, is: ['app'] },
    {
      name: 'the container’s name on bridge',
      on: 'bridge',
      has: { app: otlp('http://adot:4317'), adot: none },
      is: 'pass',
    },
    {
      name: 'the loopback on bridge',
      on: 'bridge',
      has: { app: otlp('http://localhost:4317'), adot: none },
      is: ['app'],
    },
    { name: 'nothing set on bridge', on: 'bridge', has: { app: otlp(), adot: none }, is: ['app'] },
    {
      name: 'another container on bridge',
      on: 'bridge',
      has: { app: otlp('http://db:4317'), db: none, adot: none },
      is: ['app'],
    },
    {
      name: 'a metrics-only configuration',
      has: { app: otlp(), adot: { command: ['--config', '/etc/ecs/ecs-cloudwatch.yaml'] } },
      is: ['app'],
    },
    { name: 'a maker elsewhere', has: { app: otlp('https://otlp.example.com'), xray: none }, is: 'pass' },
    { name: 'no URL', has: { app: otlp('local host'), adot: none }, is: ['app'] },
    {
      name: 'a configuration in the image',
      has: { app: otlp(), adot: { command: ['--config=/my.yaml'] } },
      is: 'pass',
    },
    {
      name: 'OTLP for metrics only',
      has: { app: { env: { OTEL_TRACES_EXPORTER: 'none', OTEL_EXPORTER_OTLP_ENDPOINT: 'http://x:1' } }, xray: none },
      is: NA,
    },
    { name: 'the X-Ray SDK', has: { app: sdk(), xray: none }, is: NA },
    { name: 'no collector', has: { app: otlp() }, is: NA },
    {
      name: 'an instrumentation by NODE_OPTIONS',
      has: {
        app: { env: { NODE_OPTIONS: '--require @opentelemetry/auto-instrumentations-node/register' } },
        xray: none,
      },
      is: ['app'],
    },
  ],
  'XRY-8': [
    { name: 'a daemon', has: { app: sdk(), xray: none }, is: 'pass' },
    { name: 'ADOT by its default configuration', has: { app: sdk(), adot: none }, is: 'pass' },
    {
      name: 'ADOT by ecs-xray.yaml',
      has: { app: sdk(), adot: { command: ['--config=/etc/ecs/ecs-xray.yaml'] } },
      is: ['app'],
    },
    { name: 'OpenTelemetry’s own collector', has: { app: sdk(), otel: none }, is: ['app'] },
    {
      name: 'an agent for OTLP only',
      has: { app: sdk(), agent: { env: { CW_CONFIG_CONTENT: '{"traces":{"traces_collected":{"otlp":{}}}}' } } },
      is: ['app'],
    },
    {
      name: 'an agent without traces',
      has: { app: sdk(), agent: { env: { CW_CONFIG_CONTENT: '{"logs":{}}' } } },
      is: ['app'],
    },
    { name: 'two collectors, one receives it', has: { app: sdk(), otel: none, xray: none }, is: 'pass' },
    {
      name: 'a configuration in a secret',
      has: { app: sdk(), adot: { secrets: [{ name: 'AOT_CONFIG_CONTENT', valueFrom: 'p' }] } },
      is: NA,
    },
    { name: 'OTLP only', has: { app: otlp(), adot: none }, is: NA },
    {
      name: 'a configuration with the receiver',
      has: {
        app: sdk(),
        ...adotWith(
          'receivers:\n  awsxray:\n    endpoint: 0.0.0.0:2000 # UDP\nservice:\n  pipelines:\n    traces:\n      receivers: [awsxray]\n',
        ),
      },
      is: 'pass',
    },
    {
      name: 'a configuration with the receiver in no pipeline',
      has: {
        app: sdk(),
        ...adotWith(
          'receivers:\n  awsxray:\n  otlp:\n    protocols:\n      grpc:\nservice:\n  pipelines:\n    traces:\n      receivers:\n      - otlp\n',
        ),
      },
      is: ['app'],
    },
    {
      name: 'a configuration that is not plain',
      has: { app: sdk(), ...adotWith('receivers: &r\n  otlp:\nservice: *r\n') },
      is: NA,
    },
  ],
  'XRY-9': [
    { name: 'not essential', has: { app: none, xray: none }, is: 'pass' },
    { name: 'essential', has: { app: none, xray: { essential: true } }, is: ['xray'] },
    { name: 'essential by default', has: { app: none, mine: { image: 'x/aws-xray-daemon' } }, is: ['mine'] },
    { name: 'a task of a collector alone', on: 'bridge', has: { xray: { essential: true } }, is: NA },
    { name: 'a Compose file', has: { app: none, xray: { essential: true } }, source: 'compose', is: NA },
  ],
  'XRY-10': [
    { name: 'waits for its start', has: { app: waits('xray'), xray: none }, is: 'pass' },
    { name: 'does not wait', has: { app: none, xray: none }, is: ['app'] },
    {
      name: 'waits for its health',
      has: { app: waits('adot', 'HEALTHY'), adot: { healthCheck: { command: ['CMD', '/healthcheck'] } } },
      is: 'pass',
    },
    { name: 'waits for a health that nobody checks', has: { app: waits('xray', 'HEALTHY'), xray: none }, is: ['app'] },
    { name: 'waits for its end', has: { app: waits('xray', 'COMPLETE'), xray: none }, is: ['app'] },
    { name: 'the other way round', has: { app: none, xray: waits('app') }, is: ['xray'] },
    { name: 'a link on bridge', on: 'bridge', has: { app: linked(), xray: none }, is: 'pass' },
    {
      name: 'only who sends must wait',
      has: { app: { ...sdk(), ...waits('xray') }, db: none, xray: none },
      is: 'pass',
    },
    {
      name: 'a companion need not wait',
      has: { app: waits('xray'), log: { image: 'fluent/fluent-bit:3' }, xray: none },
      is: 'pass',
    },
    { name: 'a Dockerrun file', on: 'bridge', has: { app: none, xray: none }, source: 'dockerrun', is: NA },
    { name: 'no collector', has: { app: none }, is: NA },
  ],
  'XRY-11': [
    { name: 'a role', has: { app: none, xray: none }, with: role, is: 'pass' },
    { name: 'none', has: { app: none, xray: none }, is: ['task'] },
    { name: 'EC2', on: 'awsvpc', has: { app: none, xray: none }, is: NA },
    { name: 'no collector', has: { app: none }, is: NA },
    { name: 'computed', has: { app: none, xray: none }, computed: ['taskRoleArn'], is: NA },
  ],
  'XRY-12': [
    { name: 'a role', on: 'bridge', has: { app: none, xray: none }, with: role, is: 'pass' },
    { name: 'none', on: 'host', has: { app: none, xray: none }, is: ['task'] },
    { name: 'Fargate', has: { app: none, xray: none }, is: NA },
    { name: 'Beanstalk', on: 'bridge', has: { app: none, xray: none }, source: 'dockerrun', is: NA },
    { name: 'computed', on: 'host', has: { app: none, xray: none }, computed: ['taskRoleArn'], is: NA },
  ],
  'XRY-13': [
    { name: 'all of them', has: { app: sdk(), xray: none }, allowedActions: new Set(ALL), is: 'pass' },
    {
      name: 'sending only, for the X-Ray SDK',
      has: { app: sdk(), xray: none },
      allowedActions: new Set(SEND),
      is: ['task'],
    },
    { name: 'sending only, for OTLP', has: { app: otlp(), adot: none }, allowedActions: new Set(SEND), is: 'pass' },
    { name: 'nothing', has: { app: otlp(), adot: none }, allowedActions: new Set(), is: ['task'] },
    { name: 'nobody may read it', has: { app: sdk(), xray: none }, is: NA },
  ],
  'XRY-14': [
    {
      name: 'an image in ECR and a role',
      has: { app: none, xray: { image: ecr('aws-xray-daemon:3') } },
      with: execution,
      is: 'pass',
    },
    { name: 'an image in ECR', has: { app: none, xray: { image: ecr('aws-xray-daemon:3') } }, is: ['xray'] },
    { name: 'logs to CloudWatch', has: { app: none, xray: awslogs }, is: ['xray'] },
    {
      name: 'a secret, on EC2 too',
      on: 'bridge',
      has: { app: none, agent: { secrets: [{ name: 'CW_CONFIG_CONTENT', valueFrom: 'p' }] } },
      is: ['agent'],
    },
    { name: 'a public image', has: { app: none, xray: none }, is: NA },
    { name: 'computed', has: { app: none, xray: awslogs }, computed: ['executionRoleArn'], is: NA },
    {
      name: 'EC2, where the instance pulls and logs',
      on: 'bridge',
      has: { app: none, xray: { image: ecr('aws-xray-daemon:3'), ...awslogs } },
      is: NA,
    },
  ],
  'XRY-15': [
    { name: 'awslogs', has: { app: none, xray: awslogs }, is: 'pass' },
    { name: 'nothing', has: { app: none, xray: none }, is: ['xray'] },
    { name: 'none', has: { app: none, xray: { logConfiguration: { logDriver: 'none' } } }, is: ['xray'] },
    { name: 'no collector', has: { app: none }, is: NA },
  ],
  'XRY-16': [
    { name: 'room', has: { app: { cpu: 256, memory: 512 }, xray: { cpu: 32, memory: 256 } }, is: 'pass' },
    { name: 'no room for memory', has: { app: { memory: 900 }, xray: { memory: 256 } }, is: ['task'] },
    {
      name: 'no room for cpu and memory',
      has: { app: { cpu: 512, memory: 1024 }, xray: { cpu: 32 } },
      is: ['task', 'task'],
    },
    {
      name: 'the soft limit counts',
      has: { app: { memory: 1024, memoryReservation: 512 }, xray: { memoryReservation: 256 } },
      is: 'pass',
    },
    { name: 'no memory at all on EC2', on: 'bridge', has: { app: none, xray: { memory: undefined } }, is: ['xray'] },
    { name: 'EC2 without a task size', on: 'bridge', has: { app: none, xray: none }, is: 'pass' },
    {
      name: 'a size that the template computes',
      has: { app: { memory: 900 }, xray: { memory: 256 } },
      computed: ['memory', 'cpu'],
      is: NA,
    },
    { name: 'no collector', has: { app: { memory: 9_000 } }, is: NA },
  ],
  'XRY-17': [
    { name: 'one collector', has: { app: sdk(), xray: none }, is: 'pass' },
    { name: 'a daemon and ADOT', has: { app: sdk(), xray: none, adot: none }, is: ['xray'] },
    { name: 'a daemon and OpenTelemetry’s collector', has: { app: sdk(), xray: none, otel: none }, is: 'pass' },
    {
      name: 'an application on the same port',
      has: { app: { portMappings: [{ containerPort: 2000, protocol: 'udp' }] }, xray: none },
      is: ['xray'],
    },
    { name: 'a daemon and ADOT on bridge', on: 'bridge', has: { app: sdk(), xray: mapped, adot: mapped }, is: 'pass' },
    {
      name: 'one host port twice on bridge',
      on: 'bridge',
      has: { app: none, xray: { portMappings: [udp(2000, 2000)] }, adot: { portMappings: [udp(2000, 2000)] } },
      is: ['xray'],
    },
    {
      name: 'host, and a daemon service',
      on: 'host',
      has: { app: none, xray: none },
      daemonCollector: true,
      is: ['xray'],
    },
    {
      name: 'bridge by a dynamic port, and a daemon service',
      on: 'bridge',
      has: { app: none, xray: mapped },
      daemonCollector: true,
      is: 'pass',
    },
    { name: 'no collector', has: { app: none }, is: NA },
  ],
  'XRY-18': [
    { name: 'a version', has: { app: none, xray: none }, is: 'pass' },
    { name: 'latest', has: { app: none, xray: { image: 'amazon/aws-xray-daemon:latest' } }, is: ['xray'] },
    { name: 'no tag', has: { app: none, xray: { image: 'localhost:5000/aws-xray-daemon' } }, is: ['xray'] },
    {
      name: 'a digest',
      has: { app: none, xray: { image: `amazon/aws-xray-daemon@sha256:${'0'.repeat(64)}` } },
      is: 'pass',
    },
    {
      name: 'a tag that the template computes',
      has: { app: none, xray: { image: `amazon/aws-xray-daemon:${hole('Tag')}` } },
      is: NA,
    },
    { name: 'no collector', has: { app: none }, is: NA },
  ],
  'XRY-19': [
    { name: 'a version that works', has: { app: none, xray: none }, is: 'pass' },
    { name: 'alpha', has: { app: none, xray: { image: 'amazon/aws-xray-daemon:alpha' } }, is: ['xray'] },
    {
      name: 'a daemon without its TCP port',
      has: { app: none, xray: { image: 'amazon/aws-xray-daemon:3.3.1' } },
      is: ['xray'],
    },
    {
      name: 'a daemon that was taken back',
      has: { app: none, xray: { image: 'amazon/aws-xray-daemon:3.4.0' } },
      is: ['xray'],
    },
    {
      name: 'an ADOT that crashes',
      has: { app: none, adot: { image: 'amazon/aws-otel-collector:v0.29.0' } },
      is: ['adot'],
    },
    {
      name: 'an agent before traces',
      has: { app: none, agent: { image: 'amazon/cloudwatch-agent:1.247359.1b252618' } },
      is: ['agent'],
    },
    { name: 'no collector', has: { app: none }, is: NA },
  ],
  'XRY-20': [
    { name: 'ADOT', has: { app: none, adot: none }, is: 'pass' },
    { name: 'the daemon', has: { app: none, xray: none }, is: ['xray'] },
    { name: 'the daemon is wanted', has: { app: none, xray: none }, wanted: 'xray', is: NA },
    { name: 'no collector', has: { app: none }, is: NA },
  ],
};

describe.each(TRACING_RULES)('$id $slug', ({ id }) => {
  test.each<Row>(ROWS[id] ?? [])('$name', ({ name, is, ...says }) => {
    expect({ name, is: verdictOf(id, says) }).toEqual({ name, is });
  });

  test('has rows that pass, that fail and that it does not apply to', () => {
    const seen = new Set((ROWS[id] ?? []).map(({ is }) => (typeof is === 'string' ? is : 'fail')));
    expect([...seen].sort()).toEqual(['fail', NA, 'pass']);
  });
});

describe('the registry', () => {
  test('has every id once, in order', () => {
    expect(TRACING_RULES.map(({ id }) => id)).toEqual(TRACING_RULES.map((_, index) => `XRY-${index + 1}`));
  });

  test('says in whole sentences what is required, why, and what to do', () => {
    for (const { requires, risk, fix } of TRACING_RULES) {
      for (const text of [requires, risk, fix]) expect(text).toMatch(/^[A-Z].*\.$/);
    }
  });

  test('names a page for each and every slug once', () => {
    expect(new Set(TRACING_RULES.map(({ slug }) => slug)).size).toBe(TRACING_RULES.length);
    for (const { page } of TRACING_RULES) expect(page).toMatch(/^https:\/\//);
  });
});
