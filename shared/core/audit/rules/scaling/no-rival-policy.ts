import { asPlanned, isWished } from './as-planned.ts';

export const noRivalPolicy = asPlanned(
  {
    id: 'SCL-2',
    slug: 'no-rival-policy',
    severity: 'high',
    requires: 'No policy of a person follows a metric that the scaling tag follows.',
    risk: 'The tag’s policy is not written, or two policies pull the count to two targets.',
    fix: 'Delete the other policy, or take the metric out of the scaling tag.',
    page: 'https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-autoscaling-targettracking.html',
  },
  isWished,
);
