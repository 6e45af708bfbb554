import { describe, expect, test } from '@jest/globals';
import { attachCollector } from '../../../../shared/core/tracing/attach.ts';
import { detachCollector } from '../../../../shared/core/tracing/detach.ts';
import { isFargateSize, nextFargateSize } from '../../../../shared/core/tracing/fargate-size.ts';
import type { JsonObject } from '../../../../shared/core/tracing/json.ts';
import type { Reshaped } from '../../../../shared/core/tracing/reshape.ts';
import type { AttachedCollector } from '../../../../shared/core/tracing/sidecar.ts';
import { aWrittenTask, definedTaskOf, type TaskSays, XRAY_IMAGE } from '../../../support/traced.ts';

const ROLES = {
  taskRoleArn: 'arn:aws:iam::111122223333:role/web',
  executionRoleArn: 'arn:aws:iam::111122223333:role/ecs',
};
const json = (value: unknown): JsonObject => JSON.parse(JSON.stringify(value));
const attach = (definition: JsonObject, collector: AttachedCollector = 'xray'): Reshaped =>
  attachCollector(definition, { collector, tagPrefix: 'taskwire' }, definedTaskOf);
const written = (says: TaskSays): JsonObject => json(aWrittenTask({ with: ROLES, ...says }));
const attached = (says: TaskSays, collector: AttachedCollector = 'xray'): JsonObject => {
  const result = attach(written(says), collector);
  if (result.kind !== 'changed') throw new Error(JSON.stringify(result));
  return result.definition;
};
const reasons = (result: Reshaped): string => (result.kind === 'refused' ? result.reasons.join('\n') : result.kind);
const LOGS = {
  logConfiguration: {
    logDriver: 'awslogs',
    options: {
      'awslogs-group': '/web',
      'awslogs-region': 'eu-west-1',
      'awslogs-stream-prefix': 'app',
      'awslogs-multiline-pattern': '^x',
    },
  },
};

describe('attaching a collector', () => {
  test('on Fargate adds the container and the order of the start', () => {
    expect(attached({ has: { app: { ...LOGS } } })).toEqual({
      ...written({ has: {} }),
      containerDefinitions: [
        {
          name: 'app',
          image: 'web:1',
          memory: 128,
          ...LOGS,
          dependsOn: [{ containerName: 'xray-daemon', condition: 'START' }],
        },
        {
          name: 'xray-daemon',
          image: XRAY_IMAGE,
          cpu: 32,
          memoryReservation: 256,
          essential: false,
          logConfiguration: {
            logDriver: 'awslogs',
            options: { 'awslogs-group': '/web', 'awslogs-region': 'eu-west-1', 'awslogs-stream-prefix': 'xray-daemon' },
          },
          dockerLabels: { 'taskwire.attached': 'app.dependsOn .tags' },
        },
      ],
      tags: [{ key: 'taskwire:sidecar', value: 'xray' }],
    });
  });

  test('on bridge maps the port, links and tells the address', () => {
    const { containerDefinitions } = attached({
      on: 'bridge',
      has: { app: { env: { A: 'b' }, links: ['db'] }, db: { essential: false } },
    });
    expect(containerDefinitions).toMatchObject([
      {
        name: 'app',
        links: ['db', 'xray-daemon'],
        environment: [
          { name: 'A', value: 'b' },
          { name: 'AWS_XRAY_DAEMON_ADDRESS', value: 'xray-daemon:2000' },
        ],
      },
      { name: 'db' },
      { name: 'xray-daemon', portMappings: [{ containerPort: 2000, hostPort: 0, protocol: 'udp' }] },
    ]);
  });

  test('on host takes the instance’s own port, so that ECS places one on each instance', () => {
    const { containerDefinitions } = attached({ on: 'host', has: { app: {} } });
    expect(containerDefinitions).toMatchObject([
      {},
      { portMappings: [{ containerPort: 2000, hostPort: 2000, protocol: 'udp' }] },
    ]);
  });

  test('tells an application that sends OTLP where to', () => {
    const env = { OTEL_TRACES_EXPORTER: 'otlp', OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' };
    const { containerDefinitions } = attached({ on: 'bridge', has: { app: { env } } }, 'adot');
    expect(JSON.stringify(containerDefinitions)).toContain('http://aws-otel-collector:4317');
    expect(JSON.stringify(containerDefinitions)).not.toContain('AWS_XRAY_DAEMON_ADDRESS');
  });

  test('lets the CloudWatch agent listen beyond its loopback on bridge only', () => {
    const config = (on: 'bridge' | 'fargate') => JSON.stringify(attached({ on, has: { app: {} } }, 'cloudwatch-agent'));
    expect(config('bridge')).toContain('0.0.0.0:2000');
    expect(config('fargate')).toContain('127.0.0.1:2000');
  });

  test('keeps tags, and takes another name where its own is taken', () => {
    const definition = { ...written({ has: { 'xray-daemon': {} } }), tags: [{ key: 'team', value: 'web' }] };
    expect(attach(definition)).toMatchObject({
      kind: 'changed',
      container: 'taskwire-xray-daemon',
      definition: {
        tags: [
          { key: 'team', value: 'web' },
          { key: 'taskwire:sidecar', value: 'xray' },
        ],
      },
    });
  });

  test('takes the image that is asked for', () => {
    const image = '111122223333.dkr.ecr.eu-west-1.amazonaws.com/xray/aws-xray-daemon:3.x';
    const result = attachCollector(
      written({ has: { app: {} } }),
      { collector: 'xray', tagPrefix: 'taskwire', image },
      definedTaskOf,
    );
    expect(result).toMatchObject({ kind: 'changed', definition: { containerDefinitions: [{}, { image }] } });
  });

  test('changes nothing where a right one is there', () => {
    const has = { app: { dependsOn: [{ containerName: 'xray', condition: 'START' }] }, xray: {} };
    expect(attach(written({ has })).kind).toBe('unchanged');
  });

  test('strips what ECS writes itself', () => {
    const described = {
      ...written({ has: { app: {} } }),
      taskDefinitionArn: 'a',
      revision: 3,
      status: 'ACTIVE',
      registeredAt: 1,
    };
    expect(attach(described)).toEqual(attach(written({ has: { app: {} } })));
  });

  test.each<readonly [name: string, says: TaskSays, collector: AttachedCollector, reason: RegExp]>([
    [
      'a wrong one is there',
      { on: 'bridge', has: { app: {}, xray: {} } },
      'xray',
      /"xray" is the X-Ray daemon already, and it does not work as it is\.\nXRY-2/,
    ],
    ['another one is there', { has: { app: {}, adot: {} } }, 'xray', /Take it out first/],
    [
      'no room, with the next size',
      { has: { app: { memory: 900 } } },
      'xray',
      /^The task has 512 cpu units and 1024 MiB, and its containers would take 512 and 1156. The next valid size is cpu 512, memory 2048.$/,
    ],
    [
      'a size that Fargate does not have',
      { has: { app: {} }, with: { ...ROLES, cpu: '512', memory: '1500' } },
      'xray',
      /^Fargate has no tasks of 512 cpu units and 1500 MiB. The next valid size is cpu 512, memory 2048.$/,
    ],
    ['no task role on Fargate', { has: { app: {} }, with: {} }, 'xray', /^XRY-11: /],
    ['logs without an execution role', { has: { app: LOGS }, with: { taskRoleArn: 'a' } }, 'xray', /^XRY-14: /],
    [
      'an application that sends OTLP and a daemon',
      { has: { app: { env: { OTEL_TRACES_EXPORTER: 'otlp' } } } },
      'xray',
      /^XRY-7: /,
    ],
    [
      'an address of its own that leads elsewhere',
      { has: { app: { env: { AWS_XRAY_DAEMON_ADDRESS: 'x:2000' } } } },
      'xray',
      /^XRY-4: /,
    ],
    ['links on Fargate', { has: { app: { links: ['x'] } } }, 'xray', /^XRY-6: /],
    [
      'its port is taken',
      { has: { app: { portMappings: [{ containerPort: 2000, protocol: 'udp' }] } } },
      'xray',
      /^XRY-17: /,
    ],
    ['no network', { on: 'none', has: { app: {} } }, 'xray', /no network/],
    [
      'ten containers',
      { has: Object.fromEntries(Array.from({ length: 10 }, (_, n) => [`c${n}`, { memory: 10 }])) },
      'xray',
      /10 containers/,
    ],
    [
      'no room in 64 KiB',
      { has: { app: { env: { A: 'ä'.repeat(32_700) } } } },
      'xray',
      /^The definition would have \d{5} bytes; ECS takes at most 65536.$/,
    ],
  ])('is refused: %s', (_, says, collector, reason) => {
    expect(reasons(attach(written(says), collector))).toMatch(reason);
  });
});

describe('detaching it', () => {
  test('keeps what people put there', () => {
    const definition = attached({ on: 'bridge', has: { app: { links: ['db'] }, db: {} } });
    const edited = JSON.parse(JSON.stringify(definition).replace('"xray-daemon:2000"', '"10.0.0.1:2000"'));
    expect(detachCollector(edited, 'taskwire')).toMatchObject({
      kind: 'changed',
      definition: {
        containerDefinitions: [{ links: ['db'], environment: [{ value: '10.0.0.1:2000' }] }, { name: 'db' }],
      },
    });
  });

  test('is refused where nobody attached one', () => {
    expect(detachCollector(written({ has: { app: {}, xray: {} } }), 'taskwire').kind).toBe('refused');
    expect(detachCollector({}, 'taskwire').kind).toBe('refused');
  });
});

describe('sizes of Fargate', () => {
  test.each([
    [256, 512, true],
    [256, 1_024, true],
    [256, 3_072, false],
    [512, 512, false],
    [8_192, 17 * 1_024, false],
    [8_192, 20 * 1_024, true],
    [16_384, 120 * 1_024, true],
    [32_768, 244 * 1_024, true],
    [32_768, 64 * 1_024, false],
    [300, 512, false],
  ])('%i cpu units and %i MiB: %s', (cpu, memory, is) => {
    expect(isFargateSize({ cpu, memory })).toBe(is);
  });

  test('the next one fits', () => {
    expect(nextFargateSize({ cpu: 256, memory: 2_049 })).toEqual({ cpu: 512, memory: 3_072 });
    expect(nextFargateSize({ cpu: 300, memory: 1 })).toEqual({ cpu: 512, memory: 1_024 });
    expect(nextFargateSize({ cpu: 1, memory: 250 * 1_024 })).toBeUndefined();
  });
});
