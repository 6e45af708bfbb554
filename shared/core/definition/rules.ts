import { NOT_APPLICABLE, PASS } from '../audit/judge.ts';
import type { Rule, RuleResult } from '../audit/rule.ts';
import { refusalsOf } from './refusals.ts';
import type { Remark, WrittenTask } from './written.ts';

const PAGE = 'https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_definition_parameters.html';
/** https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-quotas.html */
const MOST_BYTES = 64 * 1024;

const resultOf = ({ found, fix, path }: Remark): RuleResult => ({ status: 'fail', found, fix, path });

/** DEF-1 */
const fits: Rule<WrittenTask> = {
  id: 'DEF-1',
  slug: 'definition-fits',
  severity: 'high',
  requires: 'A task definition has at most 64 KiB.',
  risk: 'ECS refuses to register it.',
  fix: 'Move long values (configuration, environment) into Parameter Store, Secrets Manager or an environment file.',
  page: 'https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-quotas.html',
  check: ({ bytes, task }) =>
    bytes <= MOST_BYTES
      ? PASS
      : {
          status: 'fail',
          found: `The definition has ${bytes} bytes, and ECS takes at most ${MOST_BYTES}.`,
          path: task?.path ?? [],
        },
};

/** DEF-2 */
const isTaken: Rule<WrittenTask> = {
  id: 'DEF-2',
  slug: 'aws-takes-the-definition',
  severity: 'high',
  requires: 'A task definition is one that ECS would register.',
  risk: 'The deployment fails, or runs an older revision than the file says.',
  fix: 'Correct it as the ECS documentation says.',
  page: PAGE,
  check: ({ refusals, task }) => {
    const remarks = [...refusals, ...(task === undefined ? [] : refusalsOf(task))];
    return remarks.length === 0 ? PASS : remarks.map(resultOf);
  },
};

/** DEF-3 */
const becomesTask: Rule<WrittenTask> = {
  id: 'DEF-3',
  slug: 'file-becomes-a-task',
  severity: 'info',
  requires: 'A file describes a task of Amazon ECS.',
  risk: 'What never becomes a task is not judged by the tracing rules.',
  fix: 'Nothing, if that is meant.',
  page: 'https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/create_deploy_docker_v2config.html',
  check: ({ notes }) => (notes.length === 0 ? NOT_APPLICABLE : notes.map(resultOf)),
};

/** What is judged of a definition before it is about tracing; their ids stand for good. */
export const DEFINITION_RULES: readonly Rule<WrittenTask>[] = [fits, isTaken, becomesTask];
