import { quote } from '../shared/core/text.ts';
import { TaskwireError } from '../shared/errors.ts';
import { UsageError } from './usage-error.ts';

const EXPIRED = new Set(['ExpiredToken', 'ExpiredTokenException', 'RequestExpired']);
const UNREACHABLE = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH']);

const memberOf = (error: unknown, key: string): string => {
  const value = typeof error === 'object' && error !== null && key in error ? Reflect.get(error, key) : undefined;
  return typeof value === 'string' ? value : '';
};

const chainOf = (error: unknown): readonly unknown[] => {
  const chain: unknown[] = [];
  for (let each = error; each !== undefined && each !== null && chain.length < 8; ) {
    chain.push(each);
    each = each instanceof Error ? each.cause : undefined;
  }
  return chain;
};

/**
 * What a person is told of an error: what is wrong and the cure, never a stack trace. What every newcomer meets first
 * (no Region, no credentials, nobody answers) is told without the call that happened to meet it.
 * @param env Whose `AWS_ENDPOINT_URL` may be to blame.
 */
export const describeError = (error: unknown, env: Readonly<Record<string, string | undefined>>): string => {
  const chain = chainOf(error);
  const named = (names: ReadonlySet<string>, key: string): unknown =>
    chain.find((each) => names.has(memberOf(each, key)));
  if (chain.some((each) => memberOf(each, 'message').startsWith('Region is missing'))) {
    return 'No AWS Region is set. Set AWS_REGION, such as AWS_REGION=eu-central-1, or AWS_PROFILE to a profile that has a region.';
  }
  const notAccepted = chain.find((each) => memberOf(each, 'message').startsWith('Region not accepted'));
  if (notAccepted !== undefined) {
    const from = env.AWS_REGION ? `AWS_REGION is ${quote(env.AWS_REGION)}` : 'The Region of the profile';
    return `${from}${env.AWS_REGION ? ', which' : ''} is no Region. Set AWS_REGION to one, such as eu-central-1.`;
  }
  const notUrl = chain.some(
    (each) => memberOf(each, 'code') === 'ERR_INVALID_URL' || memberOf(each, 'message') === 'Invalid URL',
  );
  const endpoints = Object.keys(env).filter(
    (name) => name.startsWith('AWS_ENDPOINT_URL') && !URL.canParse(env[name] ?? ''),
  );
  if (notUrl && endpoints.length > 0) {
    const told = endpoints.map((name) => `${name} is ${quote(env[name] ?? '')}`).join(', ');
    return `${told}, which is no URL. Write it such as http://localhost:4566, or take it away to call AWS itself.`;
  }
  const expired = named(EXPIRED, 'name');
  if (expired !== undefined) {
    return `The AWS credentials have expired (${memberOf(expired, 'name')}). Log in again, such as with: aws sso login`;
  }
  const unsigned = named(new Set(['CredentialsProviderError']), 'name');
  if (unsigned !== undefined) {
    return `No AWS credentials could be used: ${memberOf(unsigned, 'message')}. Set AWS_PROFILE to a profile of yours and log in (aws sso login), or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.`;
  }
  const unreachable = named(UNREACHABLE, 'code');
  if (unreachable !== undefined) {
    const endpoint = env.AWS_ENDPOINT_URL;
    return endpoint
      ? `Nothing answers at AWS_ENDPOINT_URL ${endpoint} (${memberOf(unreachable, 'code')}). Correct it, or take it away to call AWS itself.`
      : `AWS could not be reached (${memberOf(unreachable, 'code')}): ${memberOf(unreachable, 'message')}. Check the network, and that AWS_REGION is spelt right.`;
  }
  if (error instanceof TaskwireError || error instanceof UsageError) return error.message;
  if (error instanceof Error) return `Unforeseen: ${error.name}: ${error.message}. Please report it.`;
  return `Unforeseen: ${String(error)}`;
};
