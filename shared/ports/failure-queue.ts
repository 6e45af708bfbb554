/** A message that could not be handled, held back from other receivers for some minutes. */
export interface FailedMessage {
  readonly id: string;
  readonly body: string;
  /** Attributes by name; numbers as text. */
  readonly attributes: Readonly<Record<string, string>>;
  /** Names this delivery of the message. */
  readonly receipt: string;
}

/** A message that something could not be done with, by its index among those given, and why. */
export interface Refused {
  readonly index: number;
  readonly cause: string;
}

/** A queue of messages that could not be handled. */
export interface FailureQueue {
  readonly url: string;
  /** About how many messages could be received now. */
  waiting(): Promise<number>;
  /**
   * Takes messages out of sight, each once. A FIFO queue gives at most ten of a message group until those are removed.
   * @param most At least 1.
   */
  take(most: number): Promise<readonly FailedMessage[]>;
  /** Removes messages for good. */
  remove(messages: readonly FailedMessage[]): Promise<readonly Refused[]>;
  /** Brings messages back into sight, for whoever looks next. */
  putBack(messages: readonly FailedMessage[]): Promise<readonly Refused[]>;
  /** Sends texts to a function's own queue, as if they were new. */
  sendTo(queueUrl: string, bodies: readonly string[]): Promise<readonly Refused[]>;
}

/** The failure queues of an account. */
export interface FailureQueues {
  /**
   * @param queue Name or URL.
   * @throws {NotFoundError} If no queue has that name.
   */
  open(queue: string): Promise<FailureQueue>;
}
