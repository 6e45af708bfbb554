import type { Snapshot } from '../../shared/core/audit/snapshot.ts';
import { aSeenEnvironment, aSeenGroup, aSeenRevision, aSeenService, aSeenTask, aSnapshot } from './snapshot.ts';
import { arnOf } from './tasks.ts';

const SERVICE = 'service/production/web';
const SUSPENDED = { scaleIn: false, scaleOut: true, scheduled: false };

/** A snapshot with every member that a snapshot can have, at least once. */
export const aFullSnapshot = (): Snapshot =>
  aSnapshot({
    allClusters: true,
    services: [
      aSeenService({
        deployingSinceMs: 1,
        hookStages: ['POST_SCALE_UP'],
        tags: { 'taskwire:scaling': 'min=2 max=20 cpu=60' },
        tracing: { tracing: 'required', wanted: 'xray' },
        tagFindings: [{ rule: 'TAG-20', severity: 'high', resource: 'r', summary: 's', fix: 'f' }],
        scaling: {
          tagged: true,
          wish: {
            bounds: { min: 2, max: 20 },
            cpuPercent: 60,
            memoryPercent: 70,
            requests: { perMinute: 800, targetGroupName: 'web' },
            scaleInSeconds: 300,
            scaleOutSeconds: 60,
            hours: [{ days: [0, 4], from: 480, to: 1_200, min: 6, max: 40 }],
            zone: 'Europe/Berlin',
            reactions: new Set(['crash', 'spot']),
          },
          target: { arn: 'arn:target', resourceId: SERVICE, min: 2, max: 20, suspended: SUSPENDED },
          policies: [
            {
              resourceId: SERVICE,
              name: 'taskwire-cpu',
              tracking: {
                name: 'taskwire-cpu',
                metric: { kind: 'predefined', name: 'ECSServiceAverageCPUUtilization' },
                targetValue: 60,
                scaleInSeconds: 300,
                scaleOutSeconds: 60,
                scaleInDisabled: false,
              },
            },
            {
              resourceId: SERVICE,
              name: 'taskwire-requests',
              tracking: {
                name: 'taskwire-requests',
                metric: {
                  kind: 'customized',
                  namespace: 'AWS/ApplicationELB',
                  name: 'RequestCountPerTarget',
                  statistic: 'Sum',
                  dimensions: { TargetGroup: 'targetgroup/web/1' },
                },
                targetValue: 800,
                scaleInDisabled: true,
              },
            },
            { resourceId: SERVICE, name: 'own-steps', kind: 'step' },
            {
              resourceId: SERVICE,
              name: 'own-expression',
              tracking: { name: 'own-expression', metric: { kind: 'other' }, targetValue: 1, scaleInDisabled: false },
            },
          ],
          schedules: [
            {
              resourceId: SERVICE,
              name: 'morning',
              schedule: { kind: 'recurring', expression: 'cron(0 8 * * ? *)', zone: 'Europe/Berlin' },
              endsAtMs: 5,
              min: 6,
              max: 40,
            },
            { resourceId: SERVICE, name: 'once', schedule: { kind: 'once', atMs: 1_000 } },
          ],
          hold: { former: SUSPENDED, reasons: ['crash', 'deploy'], sinceSeconds: 1 },
          groups: [{ arn: 'arn:group', loadBalancerArns: ['arn:balancer'], native: true }],
        },
      }),
    ],
    tasks: [
      aSeenTask('a', { version: 3, tags: {}, createdAtMs: 1 }),
      aSeenTask('b', {
        standby: true,
        desiredStatus: 'STOPPED',
        lastStatus: 'STOPPED',
        stopCode: 'EssentialContainerExited',
        stoppedReason: 'Essential container in task exited',
        stoppedAtMs: 9,
        containers: [
          {
            name: 'app',
            lastStatus: 'STOPPED',
            ports: [{ containerPort: 80, hostPort: 32_768, protocol: 'tcp' }],
            exitCode: 137,
            health: 'UNHEALTHY',
          },
        ],
      }),
    ].map(({ tags: _, ...task }) => task),
    revisions: [
      {
        ...aSeenRevision('web:1', {
          has: {
            app: {
              image: 'shop',
              cpu: 10,
              memory: 64,
              memoryReservation: 32,
              portMappings: [{ containerPort: 80, hostPort: 80 }],
              env: { STAGE: 'prod' },
              secrets: [{ name: 'TOKEN', valueFrom: 'arn:secret' }],
              command: ['run'],
              entryPoint: ['sh'],
              links: ['xray'],
              dependsOn: [{ containerName: 'xray', condition: 'START' }],
              healthCheck: { command: ['CMD', 'true'] },
              logConfiguration: { logDriver: 'awslogs', options: { 'awslogs-stream-prefix': 'web' } },
              firelensConfiguration: { type: 'fluentbit' },
              stopTimeout: 30,
            },
          },
          tracing: [
            {
              expected: { tracing: 'required', wanted: 'xray' },
              findings: [{ rule: 'XRY-1', severity: 'high', resource: 'r', summary: 's', fix: 'f' }],
            },
          ],
        }),
        allowedActions: ['xray:PutTraceSegments'],
        judged: { by: '1.2.3', for: 'fargate required xray ?', atMs: 5 },
      },
    ],
    groups: [
      aSeenGroup({
        targets: [{ id: '10.0.0.1', port: 80, zone: 'all', state: 'unhealthy', reason: 'Target.Timeout' }],
        wiring: { container: 'app', port: 80 },
        holders: { '10.0.0.1': [{ vpcId: 'vpc-0a', interfaceId: 'eni-1', attachmentId: 'a', attachedAtMs: 4 }] },
        listedInstances: ['i-0a'],
        deregistrationDelaySeconds: 300,
        healthCheck: { port: 'traffic-port', protocol: 'HTTP', intervalSeconds: 30, healthyThreshold: 5 },
        unhealthy: [{ atMs: 1, count: 2 }],
        tagFindings: [{ rule: 'TAG-1', severity: 'low', resource: 'r', summary: 's', fix: 'f' }],
      }),
      aSeenGroup({ wiring: null }),
    ],
    environments: [aSeenEnvironment({ platformArn: 'arn:platform', xrayEnabled: true })],
    holdMinutes: 45,
    collectorImages: [{ kind: 'adot', pattern: 'tools/tracer' }],
    environmentOfInstance: { 'i-0a': 'shop' },
    unseen: [{ resource: arnOf.cluster('staging'), what: 'tasks', why: 'ecs:ListTasks was denied.' }],
    calls: { 'ecs:ListTasks': 2 },
  });
