import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { definitionsOf, recogniseFile } from '../../../../shared/contracts/definition-file.ts';
import { evaluate } from '../../../../shared/core/audit/evaluate.ts';
import { DEFINITION_RULES } from '../../../../shared/core/definition/rules.ts';
import { attachCollector } from '../../../../shared/core/tracing/attach.ts';
import { detachCollector } from '../../../../shared/core/tracing/detach.ts';
import { diffOf } from '../../../../shared/core/tracing/diff.ts';
import type { JsonObject } from '../../../../shared/core/tracing/json.ts';
import { TRACING_RULES } from '../../../../shared/core/tracing/rules.ts';
import type { AttachedCollector } from '../../../../shared/core/tracing/sidecar.ts';
import { definedTaskOf } from '../../../support/traced.ts';

const name = fc.constantFrom('app', 'api', 'db', 'xray-daemon', 'aws-otel-collector', 'log');
const variable = fc.record({
  name: fc.constantFrom('A', 'AWS_XRAY_TRACING_NAME', 'OTEL_TRACES_EXPORTER', 'OTEL_EXPORTER_OTLP_PROTOCOL'),
  value: fc.constantFrom('otlp', 'grpc', 'none', 'x', 'http/protobuf'),
});
/** Members that this code has never heard of. */
const unknown = fc.dictionary(fc.constantFrom('futureMember', 'ulimits', 'user', '__proto'), fc.jsonValue(), {
  maxKeys: 2,
});
const container = fc
  .record(
    {
      image: fc.constantFrom('web:1', 'fluent/fluent-bit:3', 'db'),
      cpu: fc.constantFrom(0, 10, 256),
      memory: fc.constantFrom(64, 128, 512),
      essential: fc.boolean(),
      environment: fc.uniqueArray(variable, { selector: (each) => each.name, maxLength: 3 }),
      secrets: fc.constantFrom([], [{ name: 'S', valueFrom: 'arn:secret' }]),
      dependsOn: fc.constant([]),
      links: fc.constant([]),
      portMappings: fc.constantFrom([], [{ containerPort: 80, protocol: 'tcp' }]),
      logConfiguration: fc.constantFrom(
        { logDriver: 'awslogs', options: { 'awslogs-group': 'g', 'awslogs-region': 'r' } },
        { logDriver: 'awsfirelens' },
      ),
    },
    { requiredKeys: ['image', 'memory'] },
  )
  .chain((known) => unknown.map((more) => ({ ...more, ...known })));
const definition: fc.Arbitrary<JsonObject> = fc
  .record(
    {
      family: fc.constant('web'),
      networkMode: fc.constantFrom('awsvpc', 'bridge', 'host'),
      requiresCompatibilities: fc.constantFrom(['EC2'], ['FARGATE']),
      taskRoleArn: fc.constant('arn:role'),
      executionRoleArn: fc.constant('arn:execution'),
      cpu: fc.constantFrom('1024', '512'),
      memory: fc.constantFrom('4096', '2048'),
      tags: fc.constantFrom([], [{ key: 'team', value: 'web' }]),
      volumes: fc.constant([]),
      containerDefinitions: fc.uniqueArray(
        fc.tuple(name, container).map(([called, each]) => ({ name: called, ...each })),
        { selector: (each) => each.name, minLength: 1, maxLength: 4 },
      ),
    },
    { requiredKeys: ['family', 'networkMode', 'requiresCompatibilities', 'taskRoleArn', 'containerDefinitions'] },
  )
  .chain((known) => unknown.map((more): JsonObject => JSON.parse(JSON.stringify({ ...more, ...known }))))
  .map((each) =>
    each.requiresCompatibilities?.toString() === 'FARGATE'
      ? { cpu: '1024', memory: '4096', ...each, networkMode: 'awsvpc' }
      : each,
  );
const collector = fc.constantFrom<AttachedCollector>('xray', 'adot', 'cloudwatch-agent');

const attach = (before: JsonObject, kind: AttachedCollector) =>
  attachCollector(before, { collector: kind, tagPrefix: 'taskwire' }, definedTaskOf);

/** Runs a law over definitions that take a collector; most do. */
const holds = (law: (after: JsonObject, before: JsonObject, kind: AttachedCollector) => void) => {
  let changed = 0;
  let runs = 0;
  fc.assert(
    fc.property(definition, collector, (before, kind) => {
      runs++;
      const result = attach(before, kind);
      if (result.kind !== 'changed') return;
      changed++;
      law(result.definition, before, kind);
    }),
    { numRuns: 300 },
  );
  expect(changed).toBeGreaterThan(runs / 4);
};

describe('attaching', () => {
  test('leaves no high finding', () => {
    holds((after, _, kind) => {
      const findings = evaluate({ task: definedTaskOf(after), wanted: kind }, TRACING_RULES, 'task.json');
      expect(findings.filter(({ severity }) => severity === 'high')).toEqual([]);
    });
  });

  test('adds nothing that AWS would refuse', () => {
    const refused = (of: JsonObject): readonly string[] => {
      const { tasks } = definitionsOf(recogniseFile('task.json', JSON.stringify(of)), undefined);
      return tasks.flatMap((written) => evaluate(written, DEFINITION_RULES, '').map(({ summary }) => summary));
    };
    holds((after, before) => {
      expect(refused(before)).toEqual(expect.arrayContaining([...refused(after)]));
    });
  });

  test('twice changes nothing', () => {
    holds((after, _, kind) => {
      expect(attach(after, kind)).toMatchObject({ kind: 'unchanged', definition: after });
    });
  });

  test('and detaching gives back the original, text for text', () => {
    holds((after, before) => {
      const back = detachCollector(after, 'taskwire');
      expect(JSON.stringify(back.kind === 'changed' && back.definition)).toBe(JSON.stringify(before));
    });
  });

  test('keeps what it does not know, and every order', () => {
    holds((after, before) => {
      expect(Object.keys(after).filter((key) => key in before)).toEqual(Object.keys(before));
      for (const [at, old] of Object.entries(before.containerDefinitions ?? [])) {
        const fresh: unknown = Object(after.containerDefinitions)[at];
        expect(Object.keys(Object(fresh)).filter((key) => key in old)).toEqual(Object.keys(old));
        expect(Object(fresh).futureMember).toEqual(Object(old).futureMember);
      }
    });
  });

  test('only adds lines', () => {
    holds((after, before) => {
      const diff = diffOf(before, after);
      expect(diff.filter(({ kind, text }) => kind === 'removed' && !text.endsWith('[]')).length).toBe(0);
    });
  });

  test('fails on nothing', () => {
    fc.assert(
      fc.property(fc.jsonValue(), collector, (value, kind) => {
        const before: JsonObject = { containerDefinitions: JSON.parse(JSON.stringify(value)) };
        attach(before, kind);
        detachCollector(before, 'taskwire');
      }),
    );
  });
});
