import * as v from 'valibot';
import type { Snapshot } from '../core/audit/snapshot.ts';
import { withoutSecrets } from '../core/audit/without-secrets.ts';
import { InputError, TaskwireError } from '../errors.ts';
import { check, found, memberOf } from './problem.ts';
import { asJson } from './snapshot-json.ts';
import { snapshotMembers } from './snapshot-schema.ts';

/** A file that is no snapshot, or a broken one; the message says where. */
export class SnapshotFileError extends TaskwireError {
  // Written out: a bundle's minified classes have no readable names.
  override readonly name = 'SnapshotFileError';

  constructor(message: string, options?: ErrorOptions) {
    super('fail', message, options);
  }
}

/** The member that names the format, and its version. */
const FORMAT = 'taskwireSnapshot';
const VERSION = 1;

/**
 * Writes a snapshot as JSON text, to be audited again elsewhere. Values of environment variables, commands and tags that
 * are not Taskwire's are left out, whoever put them in.
 */
export const writeSnapshot = (snapshot: Snapshot): string => asJson({ [FORMAT]: VERSION, ...withoutSecrets(snapshot) });

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new SnapshotFileError(
      'The snapshot is no JSON, or was cut off. Save it again: taskwire audit --save snapshot.json',
      { cause },
    );
  }
};

/**
 * Reads a snapshot that was written.
 * @throws {SnapshotFileError} If it is none, or broken: names the member that is wrong and quotes what is there.
 */
export const readSnapshot = (text: string): Snapshot => {
  const value = parseJson(text);
  const version = memberOf(value, FORMAT);
  if (version !== VERSION) {
    throw new SnapshotFileError(
      version === undefined
        ? `The file is no snapshot of an audit: the member ${FORMAT} is missing. Save one with: taskwire audit --save snapshot.json`
        : `The snapshot has the format ${found(version)}; this version of Taskwire reads format ${VERSION}. Save it again with this version.`,
    );
  }
  try {
    return check(v.object(snapshotMembers, 'an object'), value, 'The snapshot');
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    throw new SnapshotFileError(`${error.message} Save it again: taskwire audit --save snapshot.json`, {
      cause: error,
    });
  }
};
