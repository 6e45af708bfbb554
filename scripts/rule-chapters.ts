import { DEFINITION_RULES } from '../shared/core/definition/rules.ts';
import { TRACING_RULES } from '../shared/core/tracing/rules.ts';
import type { Chapter } from './rules-page.mjs';

/** What docs/rules.md tells of, in its order. */
export const RULE_CHAPTERS: readonly Chapter[] = [
  {
    title: 'Tracing',
    about:
      'Judged for each task definition, and in AWS for each revision that runs, by its network mode and launch type.',
    rules: TRACING_RULES,
  },
  {
    title: 'Task definitions',
    about: 'Judged for files, before the rules about tracing.',
    rules: DEFINITION_RULES,
  },
];
