import type { DefinedContainer } from './definition.ts';
import { imageNameOf } from './image.ts';

/** Kinds of trace collectors that are known. */
export type CollectorKind = 'xray' | 'adot' | 'opentelemetry' | 'cloudwatch-agent';

/** An image that is a collector by setting. */
export interface CollectorImage {
  readonly kind: CollectorKind;
  /**
   * Name of the image without registry, tag and digest, `*` for any characters: `platform/trace-*`. Without a slash it
   * is compared with the name's last part only.
   */
  readonly pattern: string;
}

/** What people call the kinds. */
export const COLLECTOR_NAMES: Readonly<Record<CollectorKind, string>> = {
  xray: 'the X-Ray daemon',
  adot: 'the AWS Distro for OpenTelemetry collector',
  opentelemetry: 'the OpenTelemetry collector',
  'cloudwatch-agent': 'the CloudWatch agent',
};

// A mirror may flatten a path into the name (`mirror-aws-xray-daemon`) and put the architecture behind it. Anything
// else around the name is another program: an exporter, an operator, an instrumentation.
const named = (names: string): RegExp =>
  new RegExp(`^(?:[a-z0-9._-]*[._-])?(?:${names})(?:-(?:linux-)?(?:amd64|arm64|x86_64|aarch64))?$`);

/** In this order: `aws-otel-collector` also ends like an OpenTelemetry collector. */
const KNOWN: readonly (readonly [CollectorKind, RegExp])[] = [
  ['xray', named('xray-daemon')],
  ['adot', named('aws-otel-collector|adot-collector|adot')],
  ['cloudwatch-agent', named('cloudwatch-agent|cwagent')],
  [
    'opentelemetry',
    named('(?:opentelemetry-collector|otel-collector|otelcol|opentelemetrycollector)(?:-contrib|-k8s|-otlp)?'),
  ],
];

/** ECS takes no longer ones; patterns take their time with those. */
const MOST_LETTERS = 512;

const matches = (pattern: string, text: string): boolean =>
  new RegExp(`^${pattern.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*')}$`).test(text);

/**
 * Which collector an image is, by its name, behind any registry, mirror, tag or digest.
 * @param images Asked first, in their order.
 * @returns `undefined` for any other image, and for one that the document computes.
 */
export const collectorKindOf = (
  { image }: Pick<DefinedContainer, 'image'>,
  images: readonly CollectorImage[] = [],
): CollectorKind | undefined => {
  if (image === undefined || image.length > MOST_LETTERS) return undefined;
  const { path, name } = imageNameOf(image);
  const set = images.find(({ pattern }) => matches(pattern, pattern.includes('/') ? path : name));
  return set?.kind ?? KNOWN.find(([, pattern]) => pattern.test(name.toLowerCase()))?.[0];
};
