import { type Attachment, attachCollector } from '../core/tracing/attach.ts';
import type { DefinedTask } from '../core/tracing/definition.ts';
import { detachCollector } from '../core/tracing/detach.ts';
import { type DiffLine, diffOf } from '../core/tracing/diff.ts';
import { isObject, type JsonObject, jsonOf } from '../core/tracing/json.ts';
import { collectorsOf } from '../core/tracing/verdict.ts';
import { isDockerrun, parseDockerrun } from './dockerrun.ts';
import { DocumentError, type LocatedDocument, parseLocatedDocument } from './located-document.ts';

/** What is to become of the collector of an Elastic Beanstalk environment. */
export type DockerrunWish =
  | ({ readonly action: 'attach-sidecar' } & Omit<Attachment, 'tagPrefix'>)
  | { readonly action: 'detach-sidecar' };

/** A Dockerrun file after it was changed, for a person to deploy. */
export type ReshapedDockerrun =
  | {
      readonly kind: 'changed';
      /** The whole file, indented as it was. */
      readonly text: string;
      /** The collector's container. */
      readonly container: string;
      /** With secrets masked. */
      readonly diff: readonly DiffLine[];
    }
  | { readonly kind: 'unchanged'; readonly reason: string }
  | { readonly kind: 'refused'; readonly reasons: readonly string[] };

/** Spaces or tabs before the first member; two spaces for a file of one line. */
const indentOf = (text: string): string => /\n([ \t]+)"/.exec(text)?.[1] ?? '  ';

const taskOf = (definition: JsonObject, { position }: LocatedDocument, file: string): DefinedTask | undefined =>
  parseDockerrun({ value: definition, position }, file)[0]?.task;

/**
 * Attaches a collector to a `Dockerrun.aws.json` of version 2, or detaches one. Members keep their order; comments there
 * can be none. Repeating it changes nothing.
 * @param text The file's content.
 * @param file Its name, for what is told.
 * @throws {DocumentError} If the text is no JSON, or no Dockerrun file of version 2.
 */
export const reshapeDockerrun = (text: string, wish: DockerrunWish, file: string): ReshapedDockerrun => {
  const document = parseLocatedDocument(text, file);
  const refuse = (message: string): DocumentError => new DocumentError(message, document.position([]));
  if (!isDockerrun(document.value)) throw refuse('This is no Dockerrun file: AWSEBDockerrunVersion is not there.');
  const before = jsonOf(document.value);
  const [written] = parseDockerrun(document, file);
  if (!isObject(before) || written?.task === undefined) {
    const [note] = written?.notes ?? [];
    throw refuse(note === undefined ? 'This Dockerrun file has no tasks.' : `${note.found} ${note.fix}`);
  }
  if (written.refusals.length > 0) {
    return { kind: 'refused', reasons: written.refusals.map(({ found, fix }) => `${found} ${fix}`) };
  }
  const { task } = written;
  if (wish.action === 'detach-sidecar' && collectorsOf({ task }).length === 0) {
    return { kind: 'unchanged', reason: 'No container of the file is a collector.' };
  }
  // A Dockerrun file has no tags: the label of the container says where it came from.
  const reshaped =
    wish.action === 'attach-sidecar'
      ? attachCollector(before, wish, (definition) => taskOf(definition, document, file) ?? task)
      : detachCollector(before, '');
  if (reshaped.kind === 'refused') return reshaped;
  if (reshaped.kind === 'unchanged') return { kind: 'unchanged', reason: reshaped.reason };
  const after = JSON.stringify(reshaped.definition, null, indentOf(text));
  return {
    kind: 'changed',
    text: text.endsWith('\n') ? `${after}\n` : after,
    container: reshaped.container,
    diff: diffOf(before, reshaped.definition),
  };
};
