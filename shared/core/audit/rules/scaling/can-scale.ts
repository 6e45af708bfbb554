import { asPlanned, isWished } from './as-planned.ts';

export const canScale = asPlanned(
  {
    id: 'SCL-1',
    slug: 'service-can-scale',
    severity: 'high',
    requires: 'A service that asks for scaling has a desired count that is its own to scale.',
    risk: 'The scaling tag does nothing: ECS or a deployment tool owns the count, or there is none.',
    fix: 'Take the scaling tag away, or deploy the service with the deployment controller ECS.',
    page: 'https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-auto-scaling.html',
  },
  isWished,
);
