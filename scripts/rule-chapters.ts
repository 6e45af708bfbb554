import { BEANSTALK_RULES } from '../shared/core/audit/rules/beanstalk.ts';
import { REVISION_RULES } from '../shared/core/audit/rules/revision.ts';
import { SCALING_RULES } from '../shared/core/audit/rules/scaling.ts';
import { TAG_RULES } from '../shared/core/audit/rules/tags.ts';
import { TARGET_RULES, WIRED_SERVICE_RULES } from '../shared/core/audit/rules/targets.ts';
import { TOLD_RULES } from '../shared/core/audit/rules/told.ts';
import { DEFINITION_RULES } from '../shared/core/definition/rules.ts';
import { DOCTOR_RULES } from '../shared/core/doctor/rules.ts';
import { LIFE_RULES } from '../shared/core/tracing/life.ts';
import { TRACING_RULES } from '../shared/core/tracing/rules.ts';
import { READABLE_REVISION } from '../shared/core/tracing/verdict.ts';
import type { Chapter } from './rules-page.mjs';

/** What docs/rules.md tells of, in its order. */
export const RULE_CHAPTERS: readonly Chapter[] = [
  {
    title: 'Target groups',
    about:
      'Judged for each target group that carries tags of Taskwire, and by the planner that register-targets uses: an audit finds what a sweep would change. TGT-20 and the rules behind it are judged for each service that is wired.',
    rules: [...TARGET_RULES, ...WIRED_SERVICE_RULES],
  },
  {
    title: 'Tags',
    about:
      'Judged where tags are read, by the functions as by an audit. A tag that cannot be understood changes nothing for its resource.',
    rules: TAG_RULES,
  },
  {
    title: 'Tracing',
    about:
      'Judged for each task definition, and in AWS for each revision that runs, by its network mode and launch type.',
    rules: TRACING_RULES,
  },
  {
    title: 'Tracing of tasks that run',
    about: 'Judged by `verify-xray` for each task that starts, and each time one of its containers ends.',
    rules: [...LIFE_RULES, READABLE_REVISION],
  },
  {
    title: 'Auto scaling',
    about:
      'Judged for each service. SCL-5, SCL-6 and SCL-8 are not among them: adjust-scaling tells them when it skips a reaction, sees a crash loop, or is refused by AWS.',
    rules: SCALING_RULES,
  },
  {
    title: 'Logs and roles',
    about:
      'Judged for each revision in use, its applications only: the logs and roles of a trace collector are in the rules about tracing.',
    rules: REVISION_RULES,
  },
  {
    title: 'Elastic Beanstalk',
    about: 'Judged for each environment, by the name of its platform and what runs on its instances.',
    rules: BEANSTALK_RULES,
  },
  {
    title: 'Told by the functions only',
    about:
      'What no look at an account shows: what AWS refused, what a reaction to an event met, and what the deployment gate saw.',
    rules: TOLD_RULES,
  },
  {
    title: 'The stack itself',
    about:
      'Checked by `taskwire doctor` only; [its page](doctor.md) tells what each check reads. A finding may be milder than its rule: the finding says.',
    rules: Object.values(DOCTOR_RULES),
  },
  {
    title: 'Task definitions',
    about: 'Judged for files, before the rules about tracing.',
    rules: DEFINITION_RULES,
  },
];
