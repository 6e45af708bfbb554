import * as v from 'valibot';
import type { SeenRevision } from '../core/audit/snapshot.ts';
import { bareRevision } from '../core/audit/without-secrets.ts';
import { readArchived } from './archived.ts';
import { asJson } from './snapshot-json.ts';
import { seenRevision } from './snapshot-schema.ts';

const FORMAT = 'taskwire-revisions/1';
const file = v.object({ format: v.literal(FORMAT, FORMAT), revisions: v.array(seenRevision, 'a list') }, 'an object');
const WHAT = 'What earlier audits saw of revisions';
const CURE = 'Nothing is to be done: each revision is described again, and the file written anew.';

/** Writes what an audit saw of revisions, without values of environment variables and commands, for the next one. */
export const writeRevisions = (revisions: readonly SeenRevision[]): string =>
  asJson({ format: FORMAT, revisions: revisions.map(bareRevision) });

/** Reads what `writeRevisions` wrote. @throws {InputError} If the text is none. */
export const readRevisions = (text: string): readonly SeenRevision[] => readArchived(file, text, WHAT, CURE).revisions;
