import {
  DeniedError,
  IncompleteError,
  NotFoundError,
  TaskwireError,
  ThrottledError,
  UnclearError,
} from '../../shared/errors.ts';
import { AwsError } from '../errors.ts';
import type { Action, InputOf, OutputOf } from '../shapes.ts';
import type { World } from '../world.ts';

/** Sends calls for one port; AWS's errors stop here. */
export interface Send {
  /** Tries up to `readAttempts` times while AWS is throttling or broken. Fails with `IncompleteError` at the worst. */
  read<A extends Action>(action: A, input: InputOf<A>): Promise<OutputOf<A>>;
  /** One attempt. Fails with `UnclearError` where nobody knows what happened. */
  write<A extends Action>(action: A, input: InputOf<A>): Promise<OutputOf<A>>;
}

const isThrottle = (code: string): boolean => /^(Throttl|TooManyRequests|RequestLimitExceeded)/.test(code);
const isDenied = ({ code, statusCode }: AwsError): boolean =>
  statusCode === 403 || code.startsWith('AccessDenied') || code === 'UnauthorizedOperation';
const isUnclear = ({ answered, statusCode }: AwsError): boolean => !answered || statusCode >= 500;

/** An error of AWS in the words of the ports. Other errors stay as they are. */
const translated = (error: unknown, action: Action, about: string): unknown => {
  if (!(error instanceof AwsError)) return error;
  const text = `${action} of ${about}: ${error.code}: ${error.message}`;
  const cause = { cause: error };
  if (isThrottle(error.code)) return new ThrottledError(text, cause);
  if (isDenied(error)) return new DeniedError(text, cause);
  if (isUnclear(error)) return new UnclearError(text, cause);
  const gone =
    /NotFound|DoesNotExist|NonExistent|Missing$/.test(error.code) ||
    error.message.startsWith('Unable to describe task definition');
  return gone ? new NotFoundError(text, cause) : new TaskwireError('retry', text, cause);
};

/**
 * How the ports call the world: one call per call that the AWS adapters make, counted each.
 * @param readAttempts As the SDK: three by default, with a pause that doubles from 100 ms of the world's time.
 */
export const createSend = (world: World, readAttempts = 3): Send => {
  const read = async <A extends Action>(action: A, input: InputOf<A>): Promise<OutputOf<A>> => {
    for (let attempt = 1; ; attempt++) {
      try {
        return await world.call(action, input);
      } catch (error) {
        const again = error instanceof AwsError && (isThrottle(error.code) || isUnclear(error));
        if (!again || attempt >= readAttempts) {
          const failure = translated(error, action, JSON.stringify(input).slice(0, 200));
          // A read changes nothing, so there is nothing unclear about it: it only told nothing.
          throw failure instanceof UnclearError ? new IncompleteError(failure.message, { cause: error }) : failure;
        }
        await world.clock.sleep(100 * 2 ** (attempt - 1));
      }
    }
  };
  return {
    read,
    write: async (action, input) => {
      try {
        return await world.call(action, input);
      } catch (error) {
        throw translated(error, action, JSON.stringify(input).slice(0, 200));
      }
    },
  };
};

/** Each item once, in the order of first sight. */
export const distinct = <T>(items: readonly T[]): readonly T[] => [...new Set(items)];

/** Consecutive parts of at most `size` items. */
export const batches = <T>(items: readonly T[], size: number): readonly (readonly T[])[] =>
  Array.from({ length: Math.ceil(items.length / size) }, (_, index) => items.slice(index * size, (index + 1) * size));

/** Every page of a listing, or the error of the page that failed. */
export async function allPages<P>(
  page: (token: string | undefined) => Promise<P>,
  tokenOf: (page: P) => string | undefined,
): Promise<readonly P[]> {
  const pages: P[] = [];
  let token: string | undefined;
  do {
    const next = await page(token);
    pages.push(next);
    token = tokenOf(next) || undefined;
  } while (token !== undefined);
  return pages;
}

/** Resources of one type (left out: of any) that carry a tag key, with all their tags; every page. */
export const taggedResources = async (
  { read }: Send,
  type: string | undefined,
  tagKey: string,
): Promise<readonly { readonly arn: string; readonly tags: Readonly<Record<string, string>> }[]> => {
  const pages = await allPages(
    (PaginationToken) =>
      read('tag:GetResources', {
        TagFilters: [{ Key: tagKey }],
        ResourceTypeFilters: type === undefined ? undefined : [type],
        ResourcesPerPage: 100,
        PaginationToken,
      }),
    ({ PaginationToken }) => PaginationToken,
  );
  return pages
    .flatMap(({ ResourceTagMappingList }) => ResourceTagMappingList)
    .map(({ ResourceARN, Tags }) => ({
      arn: ResourceARN,
      tags: Object.fromEntries(Tags.map(({ Key, Value }) => [Key, Value])),
    }));
};
