import type { Unseen } from '../core/audit/snapshot.ts';
import { printable } from '../core/text.ts';
import { OutOfTimeError, TaskwireError } from '../errors.ts';

/** What a look at something comes to; without `value` it was not seen, and is told. */
export type Sighted<T> = { readonly value: T } | undefined;

/** Keeps what could not be seen, so that one thing that fails stops nothing else. */
export interface Sighting {
  readonly unseen: readonly Unseen[];
  /**
   * Looks at one thing. What fails is unseen with its reason; once the time is over or the credentials have expired,
   * nothing more is asked, and the rest is unseen for the same reason.
   * @param about ARN or name, and what is not known of it where the look fails.
   */
  at<T>(about: Pick<Unseen, 'resource' | 'what'>, look: () => Promise<T>): Promise<Sighted<T>>;
  /** Tells of something that was not seen for this reason. */
  miss(about: Pick<Unseen, 'resource' | 'what'>, error: unknown): void;
}

const EXPIRED = /^(?:ExpiredToken|RequestExpired|TokenRefreshRequired)/;
/** There are none, or their session is over: the SDK does not tell one from the other by name. */
const NONE = /^CredentialsProviderError/;

const nameOf = (error: unknown): string => (error instanceof Error ? error.name : '');

/** Our own error, or the one of AWS that caused it: nothing that is asked after it is answered any more. */
const endOf = (error: unknown): string | undefined => {
  if (error instanceof OutOfTimeError)
    return 'The time was over before it was looked at. Run the audit again, with more time.';
  const chain = error instanceof Error ? [error, error.cause] : [];
  const none = chain.find((each) => NONE.test(nameOf(each)));
  if (none instanceof Error) {
    return `No AWS credentials could be used: ${printable(none.message).replace(/\.+$/, '')}. Log in, and run the audit again.`;
  }
  const expired = chain.map(nameOf).find((name) => EXPIRED.test(name));
  return expired === undefined
    ? undefined
    : `The AWS credentials have expired (${printable(expired)}). Log in again, and run the audit again.`;
};

const whyOf = (error: unknown): string => {
  if (error instanceof TaskwireError) return error.message;
  return printable(error instanceof Error ? `Unforeseen: ${error.name}: ${error.message}` : `Unforeseen: ${error}`);
};

/** Nothing was missed yet. @param signal Aborted when the time is over. */
export const createSighting = (signal: AbortSignal | undefined): Sighting => {
  const unseen: Unseen[] = [];
  let end: string | undefined;
  const miss: Sighting['miss'] = (about, error) => {
    end ??= endOf(error);
    unseen.push({ ...about, why: endOf(error) ?? whyOf(error) });
  };
  return {
    unseen,
    miss,
    at: async (about, look) => {
      if (signal?.aborted) end ??= endOf(new OutOfTimeError(''));
      if (end !== undefined) {
        unseen.push({ ...about, why: end });
        return undefined;
      }
      try {
        return { value: await look() };
      } catch (error) {
        miss(about, error);
        return undefined;
      }
    },
  };
};
