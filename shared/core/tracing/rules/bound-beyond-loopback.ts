import { fail, NOT_APPLICABLE, PASS, together } from '../../audit/judge.ts';
import type { Rule } from '../../audit/rule.ts';
import { quote } from '../../text.ts';
import type { CollectorKind } from '../collectors.ts';
import { listenersOf, sceneOf } from '../scene.ts';
import type { TracedTask } from '../subject.ts';

const FIXES: Readonly<Record<CollectorKind, string>> = {
  xray: 'Start the daemon with -b 0.0.0.0:2000 -t 0.0.0.0:2000 (the official image does so by itself).',
  adot: 'Set the endpoints of the receivers to 0.0.0.0 in AOT_CONFIG_CONTENT.',
  opentelemetry: 'Set the endpoints of the receivers to 0.0.0.0.',
  'cloudwatch-agent':
    'Set bind_address of traces_collected.xray and of its tcp_proxy to 0.0.0.0:2000, grpc_endpoint and http_endpoint of otlp to 0.0.0.0:4317 and 0.0.0.0:4318.',
};

export const boundBeyondLoopback: Rule<TracedTask> = {
  id: 'XRY-3',
  slug: 'collector-binds-beyond-loopback',
  severity: 'high',
  requires: 'On bridge networking the collector listens on all addresses, not only on its own loopback.',
  risk: 'Every container has a loopback of its own on a bridge, so the application cannot reach the collector.',
  fix: 'Let the collector listen on 0.0.0.0.',
  page: 'https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch-Agent-Configuration-File-Details.html',
  check: (subject) => {
    const { task, sidecars, xraySenders, otlpSenders } = sceneOf(subject);
    if (task.networkMode !== 'bridge') return NOT_APPLICABLE;
    return together(
      sidecars.map((sidecar) => {
        const { container, kind } = sidecar;
        const listeners = [
          ...(xraySenders.length > 0 ? listenersOf([sidecar], 'xray-udp', 'xray-tcp') : []),
          ...(otlpSenders.length > 0 ? listenersOf([sidecar], 'otlp-grpc', 'otlp-http') : []),
        ];
        const lonely = listeners.filter(({ bound }) => bound === 'loopback');
        if (lonely.length === 0) return listeners.length > 0 ? PASS : NOT_APPLICABLE;
        const ports = [
          ...new Set(lonely.map(({ receiver, port }) => `${port}/${receiver === 'xray-udp' ? 'udp' : 'tcp'}`)),
        ];
        return fail(`Container ${quote(container.name)} listens on its own loopback only (${ports.join(', ')}).`, {
          fix: FIXES[kind],
          container: container.name,
          path: [...container.path, kind === 'xray' ? 'command' : 'environment'],
        });
      }),
    );
  },
};
