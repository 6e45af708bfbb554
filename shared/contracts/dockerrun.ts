import type { Remark, WrittenTask } from '../core/definition/written.ts';
import { bytesOf, containersOf, createReader, roleOf } from './definition-reader.ts';
import { DocumentError, type LocatedDocument } from './located-document.ts';
import { found, memberOf } from './problem.ts';

const VERSION = 'AWSEBDockerrunVersion';

/** Whether a document is a `Dockerrun.aws.json` of Elastic Beanstalk. */
export const isDockerrun = (value: unknown): boolean => memberOf(value, VERSION) !== undefined;

const noteOf = (version: string): Remark | undefined => {
  switch (version) {
    case '1':
      return {
        path: [VERSION],
        found:
          'This Dockerrun file is version 1: one container on the Docker platform of Elastic Beanstalk, which has no ECS and no tasks.',
        fix: 'Nothing is to be done for ECS: on that platform the option XRayEnabled starts the X-Ray daemon. For several containers, a collector among them, use version 2 on the ECS platform.',
      };
    case '3':
      return {
        path: [VERSION],
        found:
          'This Dockerrun file is version 3: it only says how to reach a private registry. Its containers stand in docker-compose.yml, which the Docker platform of Elastic Beanstalk runs without ECS.',
        fix: 'Nothing is to be done for ECS: on that platform the option XRayEnabled starts the X-Ray daemon.',
      };
    default:
      return undefined;
  }
};

/**
 * Reads a `Dockerrun.aws.json`. Version 2 becomes one task for each instance of the environment, on bridge networking;
 * versions 1 and 3 become none, and are told what they are.
 * @throws {DocumentError} If it is of no version that there is.
 */
export const parseDockerrun = ({ value, position }: LocatedDocument, file: string): readonly WrittenTask[] => {
  const given = memberOf(value, VERSION);
  const version = typeof given === 'string' || typeof given === 'number' ? String(given) : '';
  const note = noteOf(version);
  if (note !== undefined) return [{ bytes: 0, refusals: [], notes: [note] }];
  if (version !== '2') {
    throw new DocumentError(
      `${VERSION} must be 1, 2 or 3, found ${found(given)}. Write 2 for several containers on ECS.`,
      position([VERSION]),
    );
  }
  const reader = createReader({ spell: (member) => member, converts: false });
  const node = { value, path: [] };
  const executionRole = roleOf(reader, reader.member(node, 'executionRoleArn'));
  const task = {
    name: file,
    source: 'dockerrun' as const,
    networkMode: 'bridge' as const,
    fargate: false,
    ...(executionRole !== undefined && { executionRole }),
    containers: containersOf(reader, reader.member(node, 'containerDefinitions')),
    computed: reader.computed,
    path: [],
  };
  return [{ task, bytes: bytesOf(value), refusals: reader.refusals, notes: [] }];
};
