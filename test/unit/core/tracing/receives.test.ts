import { describe, expect, test } from '@jest/globals';
import type { CollectorKind } from '../../../../shared/core/tracing/collectors.ts';
import { receivesOf } from '../../../../shared/core/tracing/receives.ts';
import { agentConfig, aTracedTask, type Says } from '../../../support/traced.ts';

/** `xray-udp 2000 all`, or `unknown`. */
const heard = (kind: CollectorKind, says: Says): string | readonly string[] => {
  const [container] = aTracedTask({ has: { it: says } }).task.containers;
  const reception = receivesOf(container!, kind);
  if (!reception.known) return 'unknown';
  return reception.listeners.map(({ receiver, port, bound }) => `${receiver} ${port} ${bound}`);
};

type Row = readonly [name: string, says: Says, heard: string | readonly string[]];
const daemon = (udp: string, tcp: string) => [`xray-udp ${udp}`, `xray-tcp ${tcp}`];
const otlp = (bound: string) => [`otlp-grpc 4317 ${bound}`, `otlp-http 4318 ${bound}`];
const config = (name: string) => ({ command: [`--config=/etc/ecs/${name}.yaml`] });
const content = (text: string) => ({ env: { AOT_CONFIG_CONTENT: text } });
const agent = (traces: unknown) => ({
  env: { CW_CONFIG_CONTENT: JSON.stringify({ traces: { traces_collected: traces } }) },
});
const pipeline = (receivers: string, more = '') =>
  `${more}service:\n  pipelines:\n    traces:\n      receivers: [${receivers}]\n`;

describe('the X-Ray daemon', () => {
  test.each<Row>([
    ['opens all addresses', {}, daemon('2000 all', '2000 all')],
    [
      'takes flags from the command',
      { command: ['-b', '127.0.0.1:3000', '--log-level=warn'] },
      daemon('3000 loopback', '2000 all'),
    ],
    ['takes the last of several', { command: ['--bind=127.0.0.1:1', '-b', '0.0.0.0:2'] }, daemon('2 all', '2000 all')],
    [
      'has the loopback behind another entry point',
      { entryPoint: ['/xray'] },
      daemon('2000 loopback', '2000 loopback'),
    ],
    [
      'takes flags out of a shell’s text',
      { entryPoint: ['sh', '-c', '/xray -b 0.0.0.0:2000 -t :2001'] },
      daemon('2000 all', '2001 all'),
    ],
    ['opens IPv6', { command: ['-b', '[::]:2000', '-t', '[::1]:2000'] }, daemon('2000 all', '2000 loopback')],
    ['may be told by its file', { command: ['-c', '/cfg.yaml'] }, 'unknown'],
    [
      'wins over its file by flags',
      { command: ['-c', '/cfg.yaml', '-b', ':2000', '-t', ':2000'] },
      daemon('2000 all', '2000 all'),
    ],
    ['has no port', { command: ['-b', 'here'] }, 'unknown'],
    ['binds one address of its host', { command: ['-b', '10.0.0.1:2000'] }, daemon('2000 unknown', '2000 all')],
  ])('%s', (_, says, expected) => {
    expect(heard('xray', says)).toEqual(expected);
  });
});

describe('the AWS Distro for OpenTelemetry', () => {
  test.each<Row>([
    [
      'by its default configuration',
      config('ecs-default-config'),
      [...otlp('all'), 'xray-udp 2000 all', 'xray-tcp 2000 unknown'],
    ],
    ['by ecs-xray.yaml', config('ecs-xray'), otlp('all')],
    ['by a configuration for metrics', config('ecs-amp'), []],
    ['by a configuration of one’s own', config('mine'), 'unknown'],
    ['by the image’s own', {}, 'unknown'],
    ['by two files', { command: ['--config=/etc/ecs/ecs-xray.yaml', '--config=/b.yaml'] }, 'unknown'],
    ['by a name that every object has', { command: ['--config=constructor'] }, 'unknown'],
    [
      'by its content before its file',
      {
        ...config('ecs-xray'),
        ...content(pipeline('awsxray', 'receivers:\n  awsxray:\n    endpoint: 0.0.0.0:2000\n')),
      },
      ['xray-udp 2000 all', 'xray-tcp 2000 unknown'],
    ],
    [
      'by a receiver without endpoint',
      content(pipeline('otlp', 'receivers:\n  otlp:\n    protocols:\n      grpc:\n      http: {}\n')),
      otlp('unknown'),
    ],
    [
      'by a named receiver',
      content(
        pipeline('otlp/2', 'receivers:\n  otlp/2:\n    protocols:\n      grpc:\n        endpoint: localhost:1\n'),
      ),
      ['otlp-grpc 1 loopback'],
    ],
    ['by a receiver that no pipeline takes from', content(pipeline('otlp', 'receivers:\n  awsxray:\n')), []],
    [
      'by an endpoint that is put together',
      content(pipeline('awsxray', 'receivers:\n  awsxray:\n    endpoint: env\n')),
      'unknown',
    ],
    [
      'by JSON',
      content(
        '{"receivers":{"awsxray":{"endpoint":"127.0.0.1:2000"}},"service":{"pipelines":{"traces":{"receivers":["awsxray"]}}}}',
      ),
      ['xray-udp 2000 loopback', 'xray-tcp 2000 unknown'],
    ],
    ['by YAML that is not plain', content('receivers: *x\n'), 'unknown'],
    ['by a secret', { secrets: [{ name: 'AOT_CONFIG_CONTENT', valueFrom: 'p' }] }, 'unknown'],
    [
      'by an environment variable of the person’s',
      {
        command: ['--config=env:MINE'],
        env: { MINE: pipeline('awsxray', 'receivers:\n  awsxray:\n    endpoint: :2000\n') },
      },
      ['xray-udp 2000 all', 'xray-tcp 2000 unknown'],
    ],
    ['by a variable that is not there', { command: ['--config=env:MINE'] }, 'unknown'],
  ])('%s', (_, says, expected) => {
    expect(heard('adot', says)).toEqual(expected);
  });
});

describe('the OpenTelemetry collector', () => {
  test.each<Row>([
    ['by the image’s own configuration', {}, otlp('all')],
    ['by a configuration of one’s own', { command: ['--config=/etc/ecs/ecs-default-config.yaml'] }, 'unknown'],
    ['does not read AOT_CONFIG_CONTENT', content('x'), otlp('all')],
  ])('%s', (_, says, expected) => {
    expect(heard('opentelemetry', says)).toEqual(expected);
  });
});

describe('the CloudWatch agent', () => {
  test.each<Row>([
    [
      'by its defaults',
      agent({ xray: {}, otlp: {} }),
      [...daemon('2000 loopback', '2000 loopback'), ...otlp('loopback')],
    ],
    [
      'on all addresses',
      { env: { CW_CONFIG_CONTENT: agentConfig() } },
      [...daemon('2000 all', '2000 all'), ...otlp('all')],
    ],
    [
      'with several OTLP sections',
      agent({ otlp: [{ grpc_endpoint: ':1', http_endpoint: ':2' }] }),
      ['otlp-grpc 1 all', 'otlp-http 2 all'],
    ],
    ['with Application Signals', agent({ application_signals: {} }), ['otlp-grpc 4315 all', 'otlp-http 4316 all']],
    ['without traces', { env: { CW_CONFIG_CONTENT: '{"logs":{}}' } }, []],
    ['with broken JSON', { env: { CW_CONFIG_CONTENT: '{' } }, 'unknown'],
    ['with a secret', { secrets: [{ name: 'CW_CONFIG_CONTENT', valueFrom: 'p' }] }, 'unknown'],
    ['with its image’s own file', {}, 'unknown'],
  ])('%s', (_, says, expected) => {
    expect(heard('cloudwatch-agent', says)).toEqual(expected);
  });
});
