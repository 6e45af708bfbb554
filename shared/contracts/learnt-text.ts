import * as v from 'valibot';
import { type Learnt, MOST_LEARNT_CHARACTERS } from '../core/gate/learnt.ts';

const text = v.string();
const port = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(65_535));
const LEARNT = v.object({
  groups: v.array(
    v.object({
      arn: text,
      name: text,
      targetType: text,
      protocol: v.exactOptional(text),
      port: v.exactOptional(port),
      vpcId: v.exactOptional(text),
      ipAddressType: v.picklist(['ipv4', 'ipv6']),
    }),
  ),
  terms: v.exactOptional(
    v.object({ fills: v.array(text), allowed: v.exactOptional(v.array(text)), atMs: v.pipe(v.number(), v.finite()) }),
  ),
  definitions: v.array(
    v.object({
      taskDefinitionArn: text,
      networkMode: v.picklist(['awsvpc', 'bridge', 'host', 'none', 'default']),
      containers: v.array(
        v.object({
          name: text,
          ports: v.array(v.object({ from: port, to: port, protocol: v.picklist(['tcp', 'udp']) })),
        }),
      ),
    }),
  ),
  subnets: v.array(v.object({ subnetId: text, vpcId: text, cidrs: v.array(text), ownerId: v.exactOptional(text) })),
});

/** Reads what `renderLearnt` left in a hook's details; `undefined` for anything else: then it is looked up once more. */
export const readLearnt = (value: unknown): Learnt | undefined => {
  if (typeof value !== 'string' || value.length > MOST_LEARNT_CHARACTERS) return undefined;
  try {
    const { success, output } = v.safeParse(LEARNT, JSON.parse(value));
    return success ? output : undefined;
  } catch {
    return undefined;
  }
};
