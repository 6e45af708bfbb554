import { uuid } from './bus.ts';
import type { VirtualClock } from './clock.ts';
import { AwsError } from './errors.ts';
import type { Random } from './random.ts';

/** What hands a queue's messages to a function. */
export interface MappingRecord {
  readonly id: string;
  readonly functionName: string;
  readonly queueArn: string;
  state: 'Enabled' | 'Enabling' | 'Disabled' | 'Disabling';
}

/** A rule of the default bus. */
export interface RuleRecord {
  readonly name: string;
  readonly arn: string;
  enabled: boolean;
}

/** Event source mappings and rules: what a stack can be switched off and on with. */
export interface Switches {
  readonly mappings: ReadonlyMap<string, MappingRecord>;
  readonly rules: ReadonlyMap<string, RuleRecord>;
  addMapping(functionName: string, queueArn: string): MappingRecord;
  addRule(name: string): RuleRecord;
  /** @throws {AwsError} If there is none, or it is in the middle of another change. */
  setMapping(id: string, enabled: boolean): MappingRecord;
  /** @throws {AwsError} If there is none. */
  rule(name: string): RuleRecord;
  /** Called when a mapping has come to another state. Returns how to stop listening. */
  onMapping(listener: () => void): () => void;
}

/** How long Lambda's pollers take to hear of a change; some seconds up to a minute. */
const SETTLES_MS = 8_000;

const notFound = (message: string): AwsError =>
  new AwsError('ResourceNotFoundException', 'ResourceNotFoundException', message, { statusCode: 404 });

/**
 * None at all. Not modelled: what a rule matches and sends (a delivery knows), functions themselves; messages that a
 * poller has received and not handed on when it is switched off (AWS hands them on first).
 */
export const createSwitches = ({
  clock,
  random,
  account,
  region,
}: {
  readonly clock: VirtualClock;
  readonly random: Random;
  readonly account: string;
  readonly region: string;
}): Switches => {
  const mappings = new Map<string, MappingRecord>();
  const rules = new Map<string, RuleRecord>();
  const listeners = new Set<() => void>();
  return {
    mappings,
    rules,
    addMapping: (functionName, queueArn) => {
      const mapping: MappingRecord = { id: uuid(random), functionName, queueArn, state: 'Enabled' };
      mappings.set(mapping.id, mapping);
      return mapping;
    },
    addRule: (name) => {
      const rule = { name, arn: `arn:aws:events:${region}:${account}:rule/${name}`, enabled: true };
      rules.set(name, rule);
      return rule;
    },
    setMapping: (id, enabled) => {
      const mapping = mappings.get(id);
      if (!mapping) throw notFound('The resource you requested does not exist.');
      if (mapping.state === 'Enabling' || mapping.state === 'Disabling') {
        const code = 'ResourceInUseException';
        throw new AwsError(code, code, `Cannot update the event source mapping because it is ${mapping.state}.`, {
          statusCode: 400,
        });
      }
      if (enabled === (mapping.state === 'Enabled')) return mapping;
      mapping.state = enabled ? 'Enabling' : 'Disabling';
      clock.after(SETTLES_MS, () => {
        mapping.state = enabled ? 'Enabled' : 'Disabled';
        for (const listener of listeners) listener();
      });
      return mapping;
    },
    rule: (name) => {
      const rule = rules.get(name);
      if (!rule) throw notFound(`Rule ${name} does not exist on EventBus default.`);
      return rule;
    },
    onMapping: (listener) => {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
  };
};
