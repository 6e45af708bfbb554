import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parseCollectorImages, parseTracingSettings } from '../../../shared/contracts/tracing-settings.ts';
import { collectorKindOf } from '../../../shared/core/tracing/collectors.ts';
import { SettingsError } from '../../../shared/errors.ts';

const images = (text: string) => parseCollectorImages({ TASKWIRE_COLLECTOR_IMAGES: text });

describe('what is right', () => {
  test.each<{ name: string; text: string; kinds: Record<string, string | undefined> }>([
    { name: 'nothing', text: ' ', kinds: { 'platform/tracer:1': undefined, xr: undefined } },
    {
      name: 'one, behind any registry, with any tag or digest',
      text: 'tools/tracer=adot',
      kinds: {
        'tools/tracer': 'adot',
        'registry.example.com:5000/tools/tracer:1.2': 'adot',
        '111122223333.dkr.ecr.eu-central-1.amazonaws.com/tools/tracer@sha256:0123': 'adot',
        'other/tracer': undefined,
        'tools/tracer-ui': undefined,
      },
    },
    {
      name: 'several, by commas and spaces; the registry is passed over',
      text: 'registry.example.com/tools/tracer=adot, mirror/xr=xray\nagent=cloudwatch-agent otc=opentelemetry',
      kinds: {
        'elsewhere.example.com/tools/tracer:2': 'adot',
        'mirror/xr': 'xray',
        'any/where/agent:1': 'cloudwatch-agent',
        otc: 'opentelemetry',
      },
    },
    {
      name: 'a star for any characters',
      text: 'platform/trace-*=adot *-xr=xray',
      kinds: { 'platform/trace-proxy:3': 'adot', 'platform/tracer': undefined, 'a/b/team-xr': 'xray' },
    },
    {
      name: 'the first one wins, also over a name that is known',
      text: 'aws-xray-daemon=opentelemetry aws-*=xray',
      kinds: { 'public.ecr.aws/xray/aws-xray-daemon:3.3.14': 'opentelemetry', 'aws-thing': 'xray' },
    },
  ])('$name', ({ text, kinds }) => {
    for (const [image, kind] of Object.entries(kinds)) {
      expect({ image, kind: collectorKindOf({ image }, images(text)) }).toEqual({ image, kind });
    }
  });

  test('stands beside the other settings', () => {
    expect(parseTracingSettings({ TASKWIRE_COLLECTOR_IMAGES: 'xr=xray', TASKWIRE_TRACING: 'optional' })).toMatchObject({
      tracing: 'optional',
      collectorImages: [{ kind: 'xray', pattern: 'xr' }],
    });
    expect(parseTracingSettings({}).collectorImages).toEqual([]);
  });
});

describe('what is wrong', () => {
  test.each<{ text: string; says: string }>([
    { text: 'tools/tracer', says: '"tools/tracer" says no kind: write tools/tracer=adot' },
    { text: 'tools/tracer=otel', says: '"otel" is no collector: write xray, adot, opentelemetry or cloudwatch-agent' },
    { text: 'tools/tracer=xrai', says: '"xrai" is no collector: write xray' },
    { text: '=xray', says: '"=xray" names no image' },
    { text: 'tools/tracer:1.2=adot', says: '"tools/tracer:1.2" has a tag or a digest: leave it out' },
    { text: 'tools/tracer@sha256:01=adot', says: '"tools/tracer@sha256:01" has a tag or a digest: leave it out' },
    { text: 'a*b*c*d=xray', says: '"a*b*c*d" has more than two stars' },
    { text: '*=xray', says: '"*" would take every image for a collector' },
    { text: '*/*=xray', says: '"*/*" would take every image for a collector' },
    { text: 'tools/(tracer)=xray', says: '"tools/(tracer)" is no name of an image' },
    { text: 'Tools/Tracer=xray', says: '"Tools/Tracer" is no name of an image: write it in lower case' },
    { text: `${'x'.repeat(600)}=xray`, says: 'is no name of an image' },
  ])('$says', ({ text, says }) => {
    expect(() => images(text)).toThrow(SettingsError);
    expect(() => images(text)).toThrow(says);
  });

  test('is named all at once, with the other settings that are wrong', () => {
    const env = { TASKWIRE_COLLECTOR_IMAGES: 'a b=xrai', TASKWIRE_MODE: 'enforced', TASKWIRE_COLECTOR_IMAGES: 'x' };
    expect(() => parseTracingSettings(env)).toThrow(
      /"a" says no kind.+"xrai" is no collector.+TASKWIRE_MODE is "enforced".+rename it to TASKWIRE_COLLECTOR_IMAGES/,
    );
  });

  test('nothing else comes of any text, and no name takes long', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 300 }), (text) => {
        try {
          for (const { pattern } of images(text)) expect(pattern).not.toMatch(/[\s,=]/);
        } catch (error) {
          expect(error).toBeInstanceOf(SettingsError);
        }
      }),
    );
    const before = performance.now();
    collectorKindOf({ image: `${'a'.repeat(511)}!` }, images('*a*b=xray'));
    expect(performance.now() - before).toBeLessThan(200);
  });
});
