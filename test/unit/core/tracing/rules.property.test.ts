import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { evaluate } from '../../../../shared/core/audit/evaluate.ts';
import { TRACING_RULES } from '../../../../shared/core/tracing/rules.ts';
import { aTracedTask, type Says, type TaskSays } from '../../../support/traced.ts';

const SECRET = 'hunter2';
const host = fc.constantFrom('127.0.0.1', 'localhost', 'xray', 'adot', SECRET, `${SECRET}.example.com`, '10.0.0.1');
const port = fc.constantFrom('2000', '4317', '4318', '70000', SECRET);
const value = fc.oneof(
  fc.constantFrom(
    '',
    SECRET,
    'otlp',
    `tcp:${SECRET}:2000 udp:${SECRET}:2000`,
    `{"traces":{"traces_collected":{"xray":"${SECRET}"}}}`,
  ),
  fc.tuple(host, port).map(([of, at]) => `${of}:${at}`),
  fc.tuple(host, port).map(([of, at]) => `http://user:${SECRET}@${of}:${at}`),
  fc.tuple(host, port).map(([of, at]) => `http://${of}:${at}/${SECRET}`),
);
const variable = fc.constantFrom(
  'AWS_XRAY_DAEMON_ADDRESS',
  'OTEL_EXPORTER_OTLP_ENDPOINT',
  'OTEL_EXPORTER_OTLP_PROTOCOL',
  'OTEL_TRACES_EXPORTER',
  'AOT_CONFIG_CONTENT',
  'CW_CONFIG_CONTENT',
);
const says = fc.record<Says>(
  {
    env: fc.dictionary(variable, value, { maxKeys: 3 }),
    secrets: fc.constantFrom([], [{ name: 'AWS_XRAY_DAEMON_ADDRESS', valueFrom: SECRET }]),
    links: fc.constantFrom([], ['xray'], ['adot:traces']),
    essential: fc.boolean(),
    command: fc.constantFrom([], ['-b', `${SECRET}:2000`], [`--config=env:${SECRET}`]),
  },
  { requiredKeys: [] },
);
const task: fc.Arbitrary<TaskSays> = fc.record(
  {
    on: fc.constantFrom('fargate', 'awsvpc', 'bridge', 'host', 'none'),
    has: fc.dictionary(fc.constantFrom('app', 'api', 'xray', 'adot', 'agent', 'otel'), says, {
      minKeys: 1,
      maxKeys: 4,
    }),
    daemonCollector: fc.boolean(),
  },
  { requiredKeys: ['on', 'has'] },
);
const findingsOf = (of: TaskSays) => evaluate(aTracedTask(of), TRACING_RULES, 'task.json');

test('no finding tells a value of the environment, a secret or a command', () => {
  fc.assert(
    fc.property(task, (of) => {
      expect(JSON.stringify(findingsOf(of))).not.toContain(SECRET);
    }),
    { numRuns: 500 },
  );
});

test('the order of the containers does not matter', () => {
  fc.assert(
    fc.property(task, (of) => {
      const reversed = { ...of, has: Object.fromEntries(Object.entries(of.has).reverse()) };
      const rules = (findings: ReturnType<typeof findingsOf>) => [...new Set(findings.map(({ rule }) => rule))];
      expect(rules(findingsOf(reversed))).toEqual(rules(findingsOf(of)));
    }),
  );
});

test('hostile names of containers are told as quotations', () => {
  const name = '\u001b[31mx\n"';
  const findings = findingsOf({ has: { app: {}, [name]: { image: 'amazon/aws-xray-daemon' } } });
  expect(findings.length).toBeGreaterThan(3);
  for (const { summary, fix } of findings) expect(`${summary}${fix}`).not.toMatch(/\p{Cc}/u);
});
