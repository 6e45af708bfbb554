import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parseTaskEvent } from '../../../shared/contracts/task-event.ts';
import type { PortBinding, Task } from '../../../shared/core/task/task.ts';
import { InputError } from '../../../shared/errors.ts';
import { loadEvent, type RawEvent } from '../../support/load-event.ts';

const parse = (name: string, differs = {}): Task =>
  parseTaskEvent(loadEvent(`task-state-change/${name}`, differs)).task;
const tcp = (containerPort: number, hostPort: number): PortBinding => ({ containerPort, hostPort, protocol: 'tcp' });
const udp = (containerPort: number, hostPort: number): PortBinding => ({ containerPort, hostPort, protocol: 'udp' });

interface Case {
  readonly name: string;
  readonly group?: string;
  readonly status?: string;
  readonly desired?: string;
  readonly version?: number;
  readonly ipv4?: string;
  readonly ipv6?: string;
  readonly containers?: Readonly<Record<string, readonly PortBinding[]>>;
  readonly stopCode?: string;
}

describe('every sample event', () => {
  test.each<Case>([
    { name: 'running', ipv4: '10.0.1.23' },
    { name: 'stopping', ipv4: '10.0.1.23', desired: 'STOPPED', version: 5, stopCode: 'ServiceSchedulerInitiated' },
    {
      name: 'deactivating',
      ipv4: '10.0.1.23',
      status: 'DEACTIVATING',
      desired: 'STOPPED',
      version: 6,
      stopCode: 'ServiceSchedulerInitiated',
    },
    {
      name: 'deprovisioning',
      ipv4: '10.0.1.23',
      status: 'DEPROVISIONING',
      desired: 'STOPPED',
      version: 8,
      stopCode: 'ServiceSchedulerInitiated',
    },
    {
      name: 'stopped',
      ipv4: '10.0.1.23',
      status: 'STOPPED',
      desired: 'STOPPED',
      version: 9,
      stopCode: 'ServiceSchedulerInitiated',
    },
    {
      name: 'spot-interruption',
      group: 'service:search',
      ipv4: '10.0.1.41',
      desired: 'STOPPED',
      version: 5,
      stopCode: 'SpotInterruption',
    },
    {
      name: 'stopped-without-bindings',
      group: 'service:catalog',
      status: 'STOPPED',
      desired: 'STOPPED',
      version: 6,
      stopCode: 'EssentialContainerExited',
      containers: { web: [] },
    },
    { name: 'container-exited', group: 'service:catalog', containers: { web: [tcp(8080, 49160)], 'log-router': [] } },
    { name: 'capacity-provider', group: 'service:payments', ipv4: '10.0.1.61' },
    {
      name: 'bridge-dynamic-ports',
      group: 'service:catalog',
      version: 3,
      containers: { web: [tcp(8080, 49153), tcp(9090, 49154)] },
    },
    { name: 'host', group: 'service:ingress', version: 3, containers: { proxy: [tcp(8443, 8443), udp(8125, 8125)] } },
    { name: 'ipv6-only', group: 'service:gateway', ipv6: '2a05:d014:abc:de06::71' },
    {
      name: 'service-connect',
      group: 'service:orders',
      ipv4: '10.0.1.72',
      containers: { 'ecs-service-connect-kM3xq': [], app: [] },
    },
    {
      name: 'guardduty',
      group: 'service:accounts',
      ipv4: '10.0.1.73',
      containers: { 'aws-guardduty-agent-p7Xw2': [], app: [] },
    },
    { name: 'standalone', group: 'family:report', ipv4: '10.0.1.74', containers: { report: [] } },
    {
      name: 'beanstalk',
      group: 'family:awseb-shop-prod-env-x8q2v6mzpn',
      version: 3,
      containers: { shop: [tcp(3000, 80)] },
    },
  ])(
    '$name',
    ({
      name,
      group = 'service:checkout',
      status = 'RUNNING',
      desired = 'RUNNING',
      version = 4,
      containers = { app: [] },
      ...rest
    }) => {
      const task = parse(name);
      expect(task).toMatchObject({ group, lastStatus: status, desiredStatus: desired, version });
      expect(task.stopCode).toBe(rest.stopCode);
      expect(Object.fromEntries(task.containers.map((container) => [container.name, container.ports]))).toEqual(
        containers,
      );
      expect(task.interfaces.map(({ ipv4, ipv6 }) => ({ ipv4, ipv6 }))).toEqual(
        rest.ipv4 || rest.ipv6 ? [{ ipv4: rest.ipv4, ipv6: rest.ipv6 }] : [],
      );
    },
  );
});

describe('one event in full', () => {
  test('running', () => {
    expect(parseTaskEvent(loadEvent('task-state-change/running'))).toEqual({
      timeMs: Date.UTC(2026, 10, 20, 9, 15, 20),
      task: {
        taskArn: 'arn:aws:ecs:eu-central-1:111122223333:task/production/36fbeee74c1d4e7a9b3f7eeebf630017',
        clusterArn: 'arn:aws:ecs:eu-central-1:111122223333:cluster/production',
        taskDefinitionArn: 'arn:aws:ecs:eu-central-1:111122223333:task-definition/checkout:17',
        group: 'service:checkout',
        startedBy: 'ecs-svc/4827160935518264701',
        lastStatus: 'RUNNING',
        desiredStatus: 'RUNNING',
        version: 4,
        createdAtMs: Date.UTC(2026, 10, 20, 9, 14, 58, 301),
        startedAtMs: Date.UTC(2026, 10, 20, 9, 15, 20, 655),
        containers: [{ name: 'app', lastStatus: 'RUNNING', ports: [] }],
        interfaces: [
          {
            attachmentId: '36fbeee7-4c1d-4e7a-9b3f-7eeebf630017',
            interfaceId: 'eni-036fbeee74c1d4e7a',
            subnetId: 'subnet-0a1b2c3d4e5f60001',
            ipv4: '10.0.1.23',
          },
        ],
      },
    });
  });

  test('a container that exits says so, the task does not', () => {
    const { lastStatus, containers } = parse('container-exited');
    expect([lastStatus, ...containers.map((container) => container.lastStatus)]).toEqual([
      'RUNNING',
      'STOPPED',
      'RUNNING',
    ]);
  });

  test('the instance is known on EC2 and absent on Fargate', () => {
    expect(parse('host').containerInstanceArn).toMatch(/container-instance\/production\//);
    expect(parse('running')).not.toHaveProperty('containerInstanceArn');
  });
});

describe('what may be absent', () => {
  test.each([
    'group',
    'startedBy',
    'version',
    'attachments',
    'containers',
    'createdAt',
    'stopCode',
    'launchType',
    'containerInstanceArn',
  ])('%s absent, or null', (member) => {
    const absent = parse('running', { [member]: undefined });
    expect(parse('running', { [member]: null })).toEqual(absent);
    expect(Object.values(absent)).not.toContain(undefined);
  });

  test('unknown members are passed over', () => {
    expect(parse('running', { newIn2027: { deep: [1] }, launchType: 'ORBIT' })).toEqual(parse('running'));
  });

  test('an unknown stage, stop code and attachment are open sets', () => {
    const task = parse('running', {
      lastStatus: 'HIBERNATING',
      stopCode: 'CosmicRay',
      attachments: [{ type: 'Quantum' }],
    });
    expect(task).toMatchObject({ lastStatus: 'HIBERNATING', stopCode: 'CosmicRay' });
  });

  test('a creation time that is none does not lose the event', () => {
    expect(parse('running', { createdAt: 'long ago' })).not.toHaveProperty('createdAtMs');
  });

  test('the interface is known by both spellings of its type', () => {
    const event = loadEvent('task-state-change/running');
    event.detail.attachments[0].type = 'ElasticNetworkInterface';
    expect(parseTaskEvent(event).task).toEqual(parse('running'));
  });
});

describe('what is wrong', () => {
  test.each<{ name: string; change: (event: RawEvent) => void; says: string }>([
    { name: 'no detail', change: (event) => delete event.detail, says: 'detail is missing' },
    {
      name: 'another source',
      change: (event) => (event.source = 'aws.ec2'),
      says: 'source must be "aws.ecs", found "aws.ec2"',
    },
    { name: 'no cluster', change: ({ detail }) => delete detail.clusterArn, says: 'detail.clusterArn is missing' },
    {
      name: 'version in text',
      change: ({ detail }) => (detail.version = '4'),
      says: 'detail.version must be a whole number, found "4"',
    },
    {
      name: 'version below zero',
      change: ({ detail }) => (detail.version = -1),
      says: 'detail.version must be a whole number, found -1',
    },
    {
      name: 'a subnet id that is none',
      change: ({ detail }) => (detail.attachments[0].details[0].value = 'subnet-1 subnet-2'),
      says: 'detail.attachments[0].details[0].value must be the id of a subnet, found "subnet-1 subnet-2"',
    },
    {
      name: 'an octet too high',
      change: ({ detail }) => (detail.attachments[0].details[4].value = '10.0.1.256'),
      says: 'details[4].value must be an IPv4 address, found "10.0.1.256"',
    },
    {
      name: 'a detail that is none',
      change: ({ detail }) => (detail.attachments[0].details[2] = 7),
      says: 'detail.attachments[0].details[2] must be an object, found 7',
    },
    {
      name: 'an IPv6 address that is none',
      change: ({ detail }) => (detail.containers[0].networkInterfaces[0].ipv6Address = 'fe80::g'),
      says: 'detail.containers[0].networkInterfaces[0].ipv6Address must be an IPv6 address, found "fe80::g"',
    },
    {
      name: 'a port too high',
      change: ({ detail }) => (detail.containers[0].networkBindings = [{ containerPort: 65_536 }]),
      says: 'detail.containers[0].networkBindings[0].containerPort must be a port, found 65536',
    },
    {
      name: 'a time that is none',
      change: (event) => (event.time = 'noon'),
      says: 'time must be a point in time (ISO 8601), found "noon"',
    },
  ])('$name', ({ change, says }) => {
    const event = loadEvent('task-state-change/running');
    change(event);
    expect(() => parseTaskEvent(event)).toThrow(InputError);
    expect(() => parseTaskEvent(event)).toThrow(says);
  });

  test('more ports than there are fill no memory', () => {
    const networkBindings = Array.from({ length: 500 }, (_, index) => ({
      containerPortRange: `${1 + index}-65000`,
      hostPortRange: `${1 + 2 * index}-${65_000 + index}`,
    }));
    const container = { name: 'app', networkBindings };
    const event = loadEvent('task-state-change/host', { containers: [container, container, container] });
    expect(() => parseTaskEvent(event)).toThrow(/networkBindings must be at most 131070 ports together/);
  });
});

/** A copy of a sample in which a few members, anywhere, are taken away, doubled, swapped or replaced by anything. */
const mutated = fc
  .tuple(
    fc.constantFrom('running', 'stopped', 'bridge-dynamic-ports', 'service-connect', 'ipv6-only', 'guardduty'),
    fc.array(fc.tuple(fc.nat(), fc.constantFrom('delete', 'replace', 'double', 'swap'), fc.anything()), {
      minLength: 1,
      maxLength: 4,
    }),
  )
  .map(([name, changes]) => {
    const event = loadEvent(`task-state-change/${name}`);
    for (const [pick, how, value] of changes) {
      const places: { holder: RawEvent; key: string }[] = [];
      const visit = (holder: RawEvent, depth: number): void => {
        if (typeof holder !== 'object' || holder === null || depth > 8) return;
        for (const key of Object.keys(holder)) {
          places.push({ holder, key });
          visit(holder[key], depth + 1);
        }
      };
      visit(event, 0);
      const place = places[pick % places.length];
      const other = places[(pick * 31) % places.length];
      if (place === undefined || other === undefined) continue;
      if (how === 'delete') delete place.holder[place.key];
      else if (how === 'replace') place.holder[place.key] = value;
      else if (how === 'double' && Array.isArray(place.holder)) place.holder.push(place.holder[Number(place.key)]);
      else place.holder[place.key] = structuredClone(other.holder[other.key]);
    }
    return event;
  });

/** Either a task event, or this module's own error in printable words. */
const readsOrRefuses = (event: unknown): void => {
  try {
    const { task, timeMs } = parseTaskEvent(event);
    expect(Number.isInteger(timeMs)).toBe(true);
    expect(['RUNNING', 'STOPPED']).toContain(task.desiredStatus);
    for (const { ports } of task.containers) {
      expect(new Set(ports.map((port) => JSON.stringify(port))).size).toBe(ports.length);
    }
  } catch (error) {
    expect(error).toBeInstanceOf(InputError);
    expect(String(error)).toMatch(/^[^\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]*$/u);
    expect(String(error).length).toBeLessThan(600);
  }
};

describe('properties', () => {
  test('anything is read, or refused in printable words', () => {
    fc.assert(
      fc.property(
        fc.anything({ withBigInt: true, withDate: true, withMap: true, withNullPrototype: true }),
        readsOrRefuses,
      ),
    );
  });

  test('a mutated event is read, or refused in printable words', () => {
    fc.assert(
      fc.property(mutated, (event) => {
        try {
          structuredClone(event);
        } catch {
          return; // A value that no JSON could have brought.
        }
        readsOrRefuses(event);
      }),
      { numRuns: 1_000 },
    );
  });

  test('reading changes neither the event nor any prototype', () => {
    const text = '{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}';
    const event = loadEvent('task-state-change/running');
    event.detail.containers[0] = { ...event.detail.containers[0], ...JSON.parse(text) };
    const before = JSON.stringify(event);
    parseTaskEvent(event);
    expect(JSON.stringify(event)).toBe(before);
    expect({}).not.toHaveProperty('polluted');
  });
});
