import type { Settings } from '../core/settings.ts';
import { parseAllow } from './allow-tag.ts';
import { foreignFillerOf } from './foreign-tags.ts';
import { type ParsedWiring, parseWiring } from './wiring-tags.ts';

type Tags = Readonly<Record<string, string>>;

/** Reads tags as a stack's settings say, for whoever binds target groups. */
export interface WiringReaders {
  /** What a group's tags ask for, or what is wrong with them. */
  readonly parseWiring: (tags: Tags, resource: string) => ParsedWiring;
  /** Who else fills a group, by its tags. */
  readonly foreignFillerOf: (tags: Tags) => string | undefined;
  /** The groups that a service allows, by its tags; only where the stack wants services to agree. */
  readonly parseAllow?: (tags: Tags) => ReadonlySet<string>;
}

/** The readers of one stack. */
export const wiringReaders = ({
  tagPrefix: prefix,
  clusters,
  consent,
}: Pick<Settings, 'tagPrefix' | 'clusters' | 'consent'>): WiringReaders => ({
  parseWiring: (tags, resource) => parseWiring(tags, { prefix, resource, watchedClusters: clusters }),
  foreignFillerOf,
  ...(consent === 'both' && { parseAllow: (tags: Tags) => parseAllow(tags, prefix) }),
});
