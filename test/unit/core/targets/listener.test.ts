import { describe, expect, test } from '@jest/globals';
import { listenerOf, transportsOf } from '../../../../shared/core/targets/listener.ts';
import { aDefinition } from '../../../support/tasks.ts';
import { aBinding } from '../../../support/wiring.ts';

interface Case {
  readonly name: string;
  /** Ports by container. */
  readonly opens: Readonly<Record<string, readonly string[]>>;
  readonly container?: string;
  readonly port?: number;
  readonly protocol?: string;
  readonly groupPort?: number;
}

const listen = ({ opens, container, port, protocol = 'HTTP', groupPort = 80 }: Case) =>
  listenerOf(
    aBinding(
      { ...(container !== undefined && { container }), ...(port !== undefined && { port }) },
      { protocol, port: groupPort },
    ),
    aDefinition('web:7', opens),
  );

describe('listenerOf picks', () => {
  test.each<Case & { picks: string }>([
    { name: 'the only port', opens: { app: ['8080'] }, picks: 'app:8080' },
    { name: 'the only port beside containers without one', opens: { log: [], app: ['8080'] }, picks: 'app:8080' },
    { name: 'the only port of the protocol', opens: { app: ['8080', '53/udp'] }, picks: 'app:8080' },
    { name: 'the only UDP port', opens: { app: ['8080', '53/udp'] }, protocol: 'UDP', picks: 'app:53' },
    {
      name: 'a port opened for TCP and UDP, for both',
      opens: { app: ['53', '53/udp'] },
      protocol: 'TCP_UDP',
      picks: 'app:53',
    },
    { name: 'a TCP port for a TLS group', opens: { app: ['8443', '53/udp'] }, protocol: 'TLS', picks: 'app:8443' },
    { name: 'the tagged container', opens: { app: ['8080'], side: ['80'] }, container: 'app', picks: 'app:8080' },
    { name: 'the tagged port', opens: { app: ['80', '8080'] }, port: 8080, picks: 'app:8080' },
    {
      name: 'the tagged port over the group’s own',
      opens: { app: ['80', '8080'] },
      port: 8080,
      groupPort: 80,
      picks: 'app:8080',
    },
    {
      name: 'the tagged container and port',
      opens: { a: ['80'], b: ['80', '81'] },
      container: 'b',
      port: 80,
      picks: 'b:80',
    },
    { name: 'the tagged port of a range', opens: { app: ['9000-9010'] }, port: 9005, picks: 'app:9005' },
    { name: 'the first and the last port of a range', opens: { app: ['9000-9010'] }, port: 9010, picks: 'app:9010' },
    { name: 'the group’s own port among several', opens: { app: ['80', '8080'] }, picks: 'app:80' },
    { name: 'the group’s own port among several containers', opens: { a: ['8080'], b: ['80'] }, picks: 'b:80' },
    {
      name: 'the group’s own port in a range, which is several',
      opens: { app: ['9000-9010'] },
      groupPort: 9005,
      picks: 'app:9005',
    },
    {
      name: 'the group’s own port in a range beside a port',
      opens: { app: ['80', '9000-9010'] },
      groupPort: 9005,
      picks: 'app:9005',
    },
    {
      name: 'the group’s own port of the tagged container',
      opens: { a: ['80'], b: ['80', '81'] },
      container: 'b',
      picks: 'b:80',
    },
  ])('$name', ({ picks, ...row }) => {
    const [container, port] = picks.split(':');
    expect(listen(row)).toEqual({ container, port: Number(port) });
  });
});

describe('listenerOf refuses', () => {
  test.each<Case & { rule: string; says: string; fix: string }>([
    {
      name: 'an unknown container',
      opens: { app: ['80'], side: [] },
      container: 'apq',
      rule: 'TAG-11',
      says: 'no container "apq"',
      fix: 'app, side',
    },
    {
      name: 'a port nobody opens',
      opens: { app: ['80', '81'] },
      port: 82,
      rule: 'TAG-11',
      says: 'exposes port 82',
      fix: 'app:80, app:81',
    },
    {
      name: 'a port outside the range',
      opens: { app: ['9000-9010'] },
      port: 9011,
      rule: 'TAG-11',
      says: 'exposes port 9011',
      fix: 'app:9000-9010',
    },
    {
      name: 'a port of another container',
      opens: { a: ['80'], b: ['81'] },
      container: 'a',
      port: 81,
      rule: 'TAG-11',
      says: 'Container "a" of task definition web:7 does not expose port 81',
      fix: 'a:80',
    },
    {
      name: 'a tagged port of the other protocol',
      opens: { app: ['53/udp'] },
      port: 53,
      rule: 'TAG-11',
      says: 'exposes port 53',
      fix: '(HTTP)',
    },
    {
      name: 'no port at all',
      opens: { app: [] },
      rule: 'TAG-11',
      says: 'exposes a tcp port',
      fix: 'portMappings of web:7',
    },
    {
      name: 'no port of the protocol',
      opens: { app: ['80'] },
      protocol: 'UDP',
      rule: 'TAG-11',
      says: 'exposes a udp port',
      fix: '(UDP)',
    },
    {
      name: 'a container without a port',
      opens: { app: ['80'], side: [] },
      container: 'side',
      rule: 'TAG-11',
      says: 'Container "side"',
      fix: 'portMappings',
    },
    {
      name: 'several ports, none the group’s own',
      opens: { app: ['8080', '8081'] },
      rule: 'TAG-10',
      says: 'app:8080, app:8081',
      fix: 'container=app, port=8080',
    },
    {
      name: 'a range without the group’s own port',
      opens: { app: ['9000-9010'] },
      rule: 'TAG-10',
      says: 'app:9000-9010',
      fix: 'port=9000',
    },
    {
      name: 'a port and a range, neither the group’s own',
      opens: { app: ['8080', '9000-9010'] },
      rule: 'TAG-10',
      says: 'app:8080, app:9000-9010',
      fix: 'port=8080',
    },
    {
      name: 'the same port of two containers',
      opens: { a: ['80'], b: ['80'] },
      rule: 'TAG-10',
      says: 'a:80, b:80',
      fix: 'container=a, port=80',
    },
    {
      name: 'the tagged port of two containers',
      opens: { a: ['80', '81'], b: ['80'] },
      port: 80,
      rule: 'TAG-10',
      says: 'a:80, b:80',
      fix: 'container=a, port=80',
    },
  ])('$name', ({ rule, says, fix, ...row }) => {
    expect(listen(row)).toEqual({
      rule,
      severity: 'high',
      summary: expect.stringContaining(says),
      fix: expect.stringContaining(fix),
    });
  });
});

test.each<{ protocol: string; transports: readonly string[] }>([
  { protocol: 'HTTP', transports: ['tcp'] },
  { protocol: 'HTTPS', transports: ['tcp'] },
  { protocol: 'TCP', transports: ['tcp'] },
  { protocol: 'TLS', transports: ['tcp'] },
  { protocol: 'UDP', transports: ['udp'] },
  { protocol: 'TCP_UDP', transports: ['tcp', 'udp'] },
])('a $protocol group reaches $transports', ({ protocol, transports }) => {
  expect([...transportsOf(protocol)]).toEqual(transports);
});
