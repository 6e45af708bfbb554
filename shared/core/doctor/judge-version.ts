import { quote } from '../text.ts';
import type { Diagnosis, Problem } from './diagnosis.ts';
import type { SeenFunction } from './seen.ts';

const VERSION = 'TASKWIRE_VERSION';

/** The one that most of them have; the first among equals. */
const usual = (versions: readonly string[]): string | undefined => {
  const counts = new Map<string, number>();
  for (const version of versions) counts.set(version, (counts.get(version) ?? 0) + 1);
  const most = Math.max(0, ...counts.values());
  return versions.find((version) => counts.get(version) === most);
};

/** A stack that was deployed before functions told it has none. */
const shown = (version: string): string => (version === '' ? 'no version' : `the version ${quote(version)}`);

/** `1.4.0` of `1.4.0+3f2a91c`: what follows tells one build from another. */
const releaseOf = (version: string): string => version.split('+')[0] ?? version;

/**
 * Whether the functions were deployed together, and from what the command line was made of.
 * @param own Version of the command line: `1.4.0`.
 */
export const judgeVersions = (functions: readonly SeenFunction[], own: string): Diagnosis => {
  const told = functions.map(({ name, arn, env }) => ({ name, arn, version: env[VERSION] ?? '' }));
  const stack = usual(told.map(({ version }) => version));
  if (stack === undefined) return { found: '', problems: [] };
  const others = told
    .filter(({ version }) => version !== stack)
    .map(
      ({ name, arn, version }): Problem => ({
        resource: arn,
        summary: `${name} is of ${shown(version)}, and most functions are of ${shown(stack)}: they were not deployed together.`,
        fix: 'Deploy the stack as a whole: npm run deploy.',
      }),
    );
  const mixed: readonly Problem[] =
    releaseOf(stack) === own
      ? []
      : [
          {
            resource: 'this command line',
            severity: 'low',
            summary: `It is of ${shown(own)}, the stack of ${shown(stack)}: the two may judge differently.`,
            fix: 'Use the command line that the stack was deployed with, or deploy the stack again: npm run deploy.',
          },
        ];
  return { found: stack === '' ? 'none' : stack, problems: [...others, ...mixed] };
};
