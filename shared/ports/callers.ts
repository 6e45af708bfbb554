import type { Caller } from '../core/doctor/seen.ts';

/** Who calls AWS, by AWS's own word. */
export interface Callers {
  /** One call, which nobody can be denied. @throws {DeniedError} If the credentials are missing, wrong or expired. */
  current(): Promise<Caller>;
}
