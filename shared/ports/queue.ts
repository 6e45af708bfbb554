import type { Postmark } from '../core/message.ts';

/** A message for the function's own queue. */
export interface OutgoingMessage {
  readonly body: string;
  /** 0 to 900. */
  readonly delaySeconds: number;
  readonly postmark: Postmark;
}

/** The function's own queue and its failure queue. */
export interface Queue {
  /**
   * Sends work to the function's own queue, ten messages per call.
   * @returns The indexes of those that could not be sent, with the cause; with no queue (tried by hand) all of them.
   */
  sendAgain(
    messages: readonly OutgoingMessage[],
  ): Promise<readonly { readonly index: number; readonly cause: string }[]>;
  /** Sends messages to the failure queue, with the attribute `cause`. Same answer as `sendAgain`. */
  park(
    messages: readonly (Omit<OutgoingMessage, 'delaySeconds'> & { readonly cause: string })[],
  ): Promise<readonly { readonly index: number; readonly cause: string }[]>;
}
