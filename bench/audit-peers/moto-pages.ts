import { isRecord } from './record.ts';

/** What moto 5.2.5 tells in one piece, whatever is asked: the list's name, and AWS's page where nobody asks for another. */
const UNPAGED: Readonly<Record<string, { readonly list: string; readonly page: number }>> = {
  ListClusters: { list: 'clusterArns', page: 100 },
  ListServices: { list: 'serviceArns', page: 10 },
  ListTasks: { list: 'taskArns', page: 100 },
  ListTaskDefinitions: { list: 'taskDefinitionArns', page: 100 },
};

/** moto's token is the index of the last item that was told, within its page: so that whoever pages never ends. */
const scalableTargets = (
  input: Readonly<Record<string, unknown>>,
  answer: Readonly<Record<string, unknown>>,
): object => {
  const { ScalableTargets: targets, NextToken: next } = answer;
  if (typeof next !== 'string' || !Array.isArray(targets)) return answer;
  const start = typeof input.NextToken === 'string' ? Number(input.NextToken) + 1 : 0;
  return { ...answer, NextToken: String(start + targets.length - 1) };
};

/**
 * Pages as AWS does, where moto does not: how many calls a listing takes is counted here. Look again when the pin changes.
 * https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ListServices.html
 */
export const repairedPage = (operation: string, asked: Buffer, told: Buffer): Buffer => {
  const unpaged = UNPAGED[operation];
  if (unpaged === undefined && operation !== 'DescribeScalableTargets') return told;
  const input: unknown = JSON.parse(asked.toString() || '{}');
  const answer: unknown = JSON.parse(told.toString());
  if (!isRecord(input) || !isRecord(answer)) return told;
  if (unpaged === undefined) return Buffer.from(JSON.stringify(scalableTargets(input, answer)));
  const all = answer[unpaged.list];
  if (!Array.isArray(all)) return told;
  const start = typeof input.nextToken === 'string' ? Number(input.nextToken) : 0;
  const end = start + (typeof input.maxResults === 'number' ? input.maxResults : unpaged.page);
  const nextToken = end < all.length ? { nextToken: String(end) } : {};
  return Buffer.from(JSON.stringify({ ...answer, [unpaged.list]: all.slice(start, end), ...nextToken }));
};
