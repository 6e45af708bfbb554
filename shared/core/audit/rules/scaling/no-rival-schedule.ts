import { asPlanned, isWished } from './as-planned.ts';

export const noRivalSchedule = asPlanned(
  {
    id: 'SCL-3',
    slug: 'no-rival-schedule',
    severity: 'medium',
    requires: 'The bounds of a tagged service are written by its tags only, not by a person’s scheduled action, too.',
    risk: 'The next sweep takes back what the scheduled action wrote, and the desired count jumps twice.',
    fix: 'Write what the scheduled action does into the hours tag and delete it.',
    page: 'https://docs.aws.amazon.com/autoscaling/application/userguide/scheduled-scaling-policy-overview.html',
  },
  isWished,
);
