import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Task } from '@aws-sdk/client-ecs';
import {
  DescribeTagsCommand,
  DescribeTargetGroupsCommand,
  ElasticLoadBalancingV2Client,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { serveLoopback } from '../support/serve-loopback.ts';
import { bodyOf, operationOf } from './aws-call.ts';
import { ministackSettings } from './ministack.ts';
import { present } from './present.ts';

// What ministack 1.5.33 lacks for this, found by trying; look again when the pin changes.
// - Its tagging API knows no target groups: GetResources is answered from its own DescribeTargetGroups and DescribeTags.
// - Tasks of its `awsvpc` services have no interface: DescribeTasks is completed with the attachment that the test gave.
// - It knows no CodeDeploy: there are no applications.
// Everything else passes through unchanged.

/** A refusal in the words of the service that is asked. */
export interface Refusal {
  readonly status: number;
  readonly code: string;
  readonly message: string;
}

/** A loopback front of ministack for the functions that it runs. */
export interface MinistackFront {
  readonly endpoint: string;
  /** Calls since it was started, by action. */
  counts(): Readonly<Record<string, number>>;
  /** Gives a task the interface that ministack does not. */
  giveInterface(taskArn: string, attachments: NonNullable<Task['attachments']>): void;
  /** Answers every call of an action with an error; `undefined` lets it pass again. */
  refuse(action: string, refusal: Refusal | undefined): void;
  close(): Promise<void>;
}

const json = (response: ServerResponse, status: number, body: object): void => {
  response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' }).end(JSON.stringify(body));
};

const isTask = (value: unknown): value is Task => typeof value === 'object' && value !== null && 'taskArn' in value;

/** @param endpoint ministack's own. */
export const startMinistackFront = async (endpoint: string): Promise<MinistackFront> => {
  const elb = new ElasticLoadBalancingV2Client(ministackSettings(endpoint));
  const counts: Record<string, number> = {};
  const interfaces = new Map<string, NonNullable<Task['attachments']>>();
  const refusals = new Map<string, Refusal>();

  const taggedGroups = async (tagKey: string) => {
    const { TargetGroups = [] } = await elb.send(new DescribeTargetGroupsCommand({}));
    const arns = TargetGroups.map(({ TargetGroupArn }) => present(TargetGroupArn));
    if (arns.length === 0) return [];
    const { TagDescriptions = [] } = await elb.send(new DescribeTagsCommand({ ResourceArns: arns }));
    return TagDescriptions.filter(({ Tags = [] }) => Tags.some(({ Key }) => Key === tagKey)).map(
      ({ ResourceArn, Tags }) => ({ ResourceARN: ResourceArn, Tags }),
    );
  };

  const pass = async (request: IncomingMessage, body: Buffer): Promise<Response> => {
    const { host: _host, connection: _connection, 'content-length': _length, ...headers } = request.headers;
    return fetch(`${endpoint}${request.url}`, {
      method: request.method ?? 'POST',
      headers: Object.fromEntries(
        Object.entries(headers).flatMap(([name, value]) => (typeof value === 'string' ? [[name, value]] : [])),
      ),
      ...(body.length > 0 && { body: new Uint8Array(body) }),
    });
  };

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await bodyOf(request);
    const operation = operationOf(request, body);
    counts[operation] = (counts[operation] ?? 0) + 1;
    const refusal = refusals.get(operation);
    if (refusal !== undefined) {
      json(response, refusal.status, { __type: refusal.code, message: refusal.message });
      return;
    }
    if (operation === 'GetResources') {
      const [filter] = JSON.parse(body.toString()).TagFilters ?? [];
      json(response, 200, { ResourceTagMappingList: await taggedGroups(filter?.Key), PaginationToken: '' });
      return;
    }
    if (operation === 'ListApplications') {
      json(response, 200, { applications: [] });
      return;
    }
    const passed = await pass(request, body);
    let text = await passed.text();
    if (operation === 'DescribeTasks' && passed.ok) {
      const told = JSON.parse(text);
      const tasks: readonly unknown[] = told.tasks ?? [];
      const complete = tasks.map((task) =>
        isTask(task) ? { ...task, attachments: interfaces.get(task.taskArn ?? '') ?? task.attachments } : task,
      );
      text = JSON.stringify({ ...told, tasks: complete });
    }
    response.writeHead(passed.status, { 'content-type': passed.headers.get('content-type') ?? 'text/plain' }).end(text);
  };

  const server = await serveLoopback(answer);
  return {
    endpoint: server.endpoint,
    counts: () => ({ ...counts }),
    giveInterface: (taskArn, attachments) => {
      interfaces.set(taskArn, attachments);
    },
    refuse: (action, refusal) => {
      if (refusal === undefined) refusals.delete(action);
      else refusals.set(action, refusal);
    },
    close: () => {
      elb.destroy();
      return server.close();
    },
  };
};
