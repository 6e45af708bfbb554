import { describe, expect, test } from '@jest/globals';
import { collectorKindOf } from '../../../../shared/core/tracing/collectors.ts';
import { imageNameOf } from '../../../../shared/core/tracing/image.ts';

describe('the name of an image', () => {
  test.each([
    ['amazon/aws-xray-daemon', { path: 'amazon/aws-xray-daemon', name: 'aws-xray-daemon' }],
    ['a:1', { path: 'a', name: 'a', tag: '1' }],
    ['localhost:5000/a/b:1', { registry: 'localhost:5000', path: 'a/b', name: 'b', tag: '1' }],
    ['localhost/a', { registry: 'localhost', path: 'a', name: 'a' }],
    ['r.io/a@sha256:0', { registry: 'r.io', path: 'a', name: 'a', digest: 'sha256:0' }],
    ['r.io/a:1@sha256:0', { registry: 'r.io', path: 'a', name: 'a', tag: '1', digest: 'sha256:0' }],
    ['', { path: '', name: '' }],
  ])('%s', (image, name) => {
    expect(imageNameOf(image)).toEqual(name);
  });
});

describe('a collector by its image', () => {
  test.each([
    ['amazon/aws-xray-daemon', 'xray'],
    ['public.ecr.aws/xray/aws-xray-daemon:3.x', 'xray'],
    ['111122223333.dkr.ecr.eu-west-1.amazonaws.com/ecr-public/xray/aws-xray-daemon@sha256:0', 'xray'],
    ['registry.example.com:5000/mirror-aws-xray-daemon:3.6.1', 'xray'],
    ['example/xray-daemon-arm64', 'xray'],
    ['public.ecr.aws/aws-observability/aws-otel-collector:latest', 'adot'],
    ['amazon/aws-otel-collector', 'adot'],
    ['example/adot', 'adot'],
    ['otel/opentelemetry-collector', 'opentelemetry'],
    ['otel/opentelemetry-collector-contrib:0.140.0', 'opentelemetry'],
    ['ghcr.io/open-telemetry/opentelemetry-collector-releases/opentelemetry-collector-k8s', 'opentelemetry'],
    ['quay.io/signalfx/splunk-otel-collector:0.1', 'opentelemetry'],
    ['public.ecr.aws/cloudwatch-agent/cloudwatch-agent:1.300062.0b1304', 'cloudwatch-agent'],
    ['amazon/cloudwatch-agent', 'cloudwatch-agent'],
    ['example/AMAZON-CloudWatch-Agent', 'cloudwatch-agent'],
    ['web:1', undefined],
    ['example/xray-daemon-client', undefined],
    ['example/xray-daemonset', undefined],
    ['aws-xray-daemon/web', undefined],
    ['example/adot-autoinstrumentation-java', undefined],
    ['public.ecr.aws/cloudwatch-agent/cloudwatch-agent-operator', undefined],
    ['example/web:aws-xray-daemon', undefined],
    ['', undefined],
  ])('%s is %s', (image, kind) => {
    expect(collectorKindOf({ image })).toBe(kind);
  });

  test('is none by a name without end', () => {
    expect(collectorKindOf({ image: `${'a-'.repeat(500_000)}x` })).toBeUndefined();
  });

  test('is none where the document computes it', () => {
    expect(collectorKindOf({})).toBeUndefined();
  });

  test('by setting comes first', () => {
    const images = [{ kind: 'adot', pattern: 'platform/trace-*' } as const];
    expect(collectorKindOf({ image: 'r.io/platform/trace-x:1' }, images)).toBe('adot');
    expect(collectorKindOf({ image: 'r.io/other/trace-x:1' }, images)).toBeUndefined();
    expect(collectorKindOf({ image: 'amazon/aws-xray-daemon' }, [{ kind: 'adot', pattern: '*' }])).toBe('adot');
    expect(collectorKindOf({ image: 'a+b' }, [{ kind: 'adot', pattern: 'a.b' }])).toBeUndefined();
  });
});
