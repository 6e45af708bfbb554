import { asPlanned, isWished } from './as-planned.ts';

export const requestsHaveAGroup = asPlanned(
  {
    id: 'SCL-4',
    slug: 'requests-have-a-group',
    severity: 'high',
    requires:
      'Where the scaling tag counts requests, it is plain in which target group of an Application Load Balancer.',
    risk: 'Nothing counts the requests, so the service does not scale by them.',
    fix: 'Name the group in the tag, requests=<number>@<target group name>, and attach it to a listener.',
    page: 'https://docs.aws.amazon.com/autoscaling/application/APIReference/API_PredefinedMetricSpecification.html',
  },
  (audited) => isWished(audited) && audited.service.scaling.wish?.requests !== undefined,
);
