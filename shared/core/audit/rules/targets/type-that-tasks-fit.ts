import { judgedAtBinding } from './as-planned.ts';

export const typeThatTasksFit = judgedAtBinding({
  id: 'TGT-5',
  slug: 'type-and-protocol-that-tasks-fit',
  severity: 'high',
  requires:
    'A tagged target group is of type ip or instance, and of a protocol that carries traffic to a port of a task.',
  risk: 'No task can be registered in the group, so the tag does nothing.',
  fix: 'Use a target group of type ip (network mode awsvpc, Fargate) or instance (bridge, host), and of HTTP, HTTPS, TCP, TLS, UDP or TCP_UDP.',
  page: 'https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateTargetGroup.html',
});
