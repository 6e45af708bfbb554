import type { CollectorImage } from './collectors.ts';
import type { DefinedTask } from './definition.ts';

/** Which collector counts, by the service's tag or the stack. */
export type WantedCollector = 'xray' | 'adot' | 'cloudwatch-agent' | 'any';

/** What a tracing rule judges: a task definition, and what is known of its surroundings. */
export interface TracedTask {
  readonly task: DefinedTask;
  readonly wanted: WantedCollector;
  /**
   * On EC2: whether a daemon service runs a collector on every instance, if the caller could look; `undefined` offline.
   */
  readonly daemonCollector?: boolean;
  /** Actions of X-Ray that the task role allows, if the caller may read it; `undefined` otherwise. */
  readonly allowedActions?: ReadonlySet<string>;
  /** Images that are collectors by setting; asked before the names that are known. */
  readonly collectorImages?: readonly CollectorImage[];
}
