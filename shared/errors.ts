/** drop: can never be handled. retry: may work later. fail: a person must fix something first. */
export type Disposition = 'drop' | 'retry' | 'fail';

/**
 * An error that Taskwire raises itself: its message names the resource, what is wrong and the cure, and its
 * disposition tells the runtime what becomes of the message that met it.
 */
export class TaskwireError extends Error {
  // Written out: a bundle's minified classes have no readable names.
  override readonly name: string = 'TaskwireError';
  readonly disposition: Disposition;

  constructor(disposition: Disposition, message: string, options?: ErrorOptions) {
    super(message, options);
    this.disposition = disposition;
  }
}

/** Outside data that is not what its sender promised; the message quotes what was found. */
export class InputError extends TaskwireError {
  override readonly name = 'InputError';

  constructor(message: string, options?: ErrorOptions) {
    super('drop', message, options);
  }
}

/** A setting of the stack that is wrong or missing. Never `drop`: the events wait in the failure queue for the cure. */
export class SettingsError extends TaskwireError {
  override readonly name = 'SettingsError';

  constructor(message: string, options?: ErrorOptions) {
    super('fail', message, options);
  }
}

/** AWS says no to the caller. A person must grant the permission, or the group's tags have just changed. */
export class DeniedError extends TaskwireError {
  override readonly name = 'DeniedError';

  constructor(message: string, options?: ErrorOptions) {
    super('fail', message, options);
  }
}

/** The resource is gone. Callers that wanted it gone treat this as success. */
export class NotFoundError extends TaskwireError {
  override readonly name = 'NotFoundError';

  constructor(message: string, options?: ErrorOptions) {
    super('retry', message, options);
  }
}

/** AWS asks to slow down; the request was not carried out. */
export class ThrottledError extends TaskwireError {
  override readonly name = 'ThrottledError';

  constructor(message: string, options?: ErrorOptions) {
    super('retry', message, options);
  }
}

/** A listing that failed, stopped half way or came back with failures: nothing may be concluded from it. */
export class IncompleteError extends TaskwireError {
  override readonly name = 'IncompleteError';

  constructor(message: string, options?: ErrorOptions) {
    super('retry', message, options);
  }
}

/** Nobody knows whether the change was made (time-out, reset, 5xx). Look again before the next try. */
export class UnclearError extends TaskwireError {
  override readonly name = 'UnclearError';

  constructor(message: string, options?: ErrorOptions) {
    super('retry', message, options);
  }
}

/** The invocation's time is over before this work had its turn. */
export class OutOfTimeError extends TaskwireError {
  override readonly name = 'OutOfTimeError';

  constructor(message: string, options?: ErrorOptions) {
    super('retry', message, options);
  }
}

/** Two wasted tries cost less than a lost state change, so the unforeseen is tried again. */
export const dispositionOf = (error: unknown): Disposition =>
  error instanceof TaskwireError ? error.disposition : 'retry';
