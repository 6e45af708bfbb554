import { judgedAtBinding } from './as-planned.ts';

export const filledByNobodyElse = judgedAtBinding({
  id: 'TGT-4',
  slug: 'filled-by-nobody-else',
  severity: 'high',
  requires:
    'Nothing else fills a target group that is tagged: no ECS service, CodeDeploy, Auto Scaling group, EKS or Elastic Beanstalk.',
  risk: 'Two would fill one group and take each other’s targets away; so nothing in it is touched, and the tag does nothing.',
  fix: 'Take the tags away, or detach the group from whatever else fills it.',
  page: 'https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-load-balancing.html',
});
