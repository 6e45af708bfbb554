/** The command was called wrongly; the message says how it is right. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
