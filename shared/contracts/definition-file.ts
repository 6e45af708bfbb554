import type { WrittenTask } from '../core/definition/written.ts';
import { isTemplate, parseTemplate } from './cloudformation.ts';
import { COMPOSE_NAME, isCompose, isEcsParams, parseCompose, placeOf } from './compose.ts';
import { isDockerrun, parseDockerrun } from './dockerrun.ts';
import type { DocumentPath } from './json-text.ts';
import { DocumentError, type LocatedDocument, type Position, parseLocatedDocument } from './located-document.ts';
import { isTaskDefinition, parseTaskDefinition } from './task-definition-file.ts';

/** What a file can be; `ecs-params` says more about the Compose file beside it, and nothing alone. */
export type DefinitionFormat = 'task-definition' | 'dockerrun' | 'compose' | 'ecs-params' | 'template';

/** A file whose format is known. */
export interface RecognisedFile {
  readonly path: string;
  readonly format: DefinitionFormat;
  readonly document: LocatedDocument;
}

/** A place in one of the files that were read together. */
export interface Place extends Position {
  readonly file: string;
}

/** What a file holds. */
export interface Definitions {
  readonly tasks: readonly WrittenTask[];
  /** Where it stands what a finding is about; the nearest place that is written down. */
  readonly locate: (path: DocumentPath) => Place;
}

/** The document is in order, and describes no tasks. */
export class NoTasksError extends DocumentError {}

const nameOf = (path: string): string => path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1);

/** Texts in one of which every file has that describes tasks: a file without them need not be parsed to be passed over. */
const MARKS = ['containerDefinitions', 'AWSEBDockerrunVersion', 'AWS::ECS::TaskDefinition'] as const;

/** Whether a file's name is that of a Compose file. */
export const isComposeName = (path: string): boolean => COMPOSE_NAME.test(nameOf(path));

/** Whether a file that nobody named could describe tasks, by its text. */
export const mentionsTasks = (text: string): boolean => MARKS.some((mark) => text.includes(mark));

const formatOf = (value: unknown, name: string): DefinitionFormat | undefined => {
  if (isDockerrun(value)) return 'dockerrun';
  if (isTaskDefinition(value)) return 'task-definition';
  if (isTemplate(value)) return 'template';
  if (isEcsParams(value)) return 'ecs-params';
  return isCompose(value, name) ? 'compose' : undefined;
};

/**
 * Reads a file and tells its format, from its content first and its name second.
 * @throws {DocumentError} If it is neither JSON nor YAML; a `NoTasksError` if it is nothing that describes tasks.
 */
export const recogniseFile = (path: string, text: string): RecognisedFile => {
  const document = parseLocatedDocument(text, nameOf(path));
  const format = formatOf(document.value, nameOf(path));
  if (format !== undefined) return { path, format, document };
  const isList = Array.isArray(document.value);
  throw new NoTasksError(
    `This describes no tasks. ${
      isList
        ? 'A list of containers must stand in a task definition, as its containerDefinitions.'
        : 'Understood are task definitions (containerDefinitions), CloudFormation and SAM templates (Resources), Dockerrun.aws.json and docker-compose.yml.'
    }`,
    document.position([]),
  );
};

/**
 * Reads the `ecs-params.yml` beside a Compose file, whatever it holds.
 * @throws {DocumentError} If it is no YAML.
 */
export const readEcsParams = (path: string, text: string): RecognisedFile => ({
  path,
  format: 'ecs-params',
  document: parseLocatedDocument(text, nameOf(path)),
});

/**
 * The tasks that a file describes.
 * @param ecsParams The `ecs-params.yml` beside a Compose file.
 * @throws {DocumentError} If a Dockerrun file is of no version that there is.
 */
export const definitionsOf = (
  { path, format, document }: RecognisedFile,
  ecsParams: RecognisedFile | undefined,
): Definitions => {
  const at = (file: string, where: Position): Place => ({ file, ...where });
  const locate = (wanted: DocumentPath): Place => at(path, document.position(wanted));
  switch (format) {
    case 'task-definition':
      return { tasks: parseTaskDefinition(document.value, nameOf(path)), locate };
    case 'dockerrun':
      return { tasks: parseDockerrun(document, nameOf(path)), locate };
    case 'template':
      return { tasks: parseTemplate(document.value), locate };
    case 'ecs-params':
      return { tasks: [], locate };
    case 'compose':
      return {
        tasks: parseCompose(document.value, ecsParams?.document.value, nameOf(path)),
        locate: (wanted) => {
          const place = placeOf(wanted);
          if (place.in === 'compose') return locate(place.path);
          // What ecs-params.yml should say and no such file is there to say it.
          return ecsParams === undefined ? locate([]) : at(ecsParams.path, ecsParams.document.position(place.path));
        },
      };
  }
};
