import type { JsonObject } from '../core/tracing/json.ts';
import type { DeployedService } from '../core/tracing/rollout.ts';

/** Revisions of task definitions that are registered, and services that are brought to run them. */
export interface Rollouts {
  /**
   * Waits until the account's budget allows one call; take it before the look that the call rests on.
   * @throws {OutOfTimeError} If the signal is aborted first.
   */
  turn(call: 'register' | 'update', signal?: AbortSignal): Promise<void>;
  /**
   * Services of a cluster by name or ARN, ten per call, with their deployments and tags; those that do not exist (or are
   * INACTIVE) are left out.
   * @param cluster Name or ARN. One that does not exist has no services.
   * @throws {TaskwireError} If a call failed.
   */
  describe(cluster: string, services: readonly string[]): Promise<readonly DeployedService[]>;
  /**
   * Registers a revision. One attempt, and repeating makes another revision: an unclear answer is followed by a look.
   * @param definition As RegisterTaskDefinition takes it, its tags included.
   * @returns ARN of the new revision.
   * @throws {DeniedError | ThrottledError | UnclearError} @throws {TaskwireError} If a member of it would be lost.
   */
  register(definition: JsonObject): Promise<string>;
  /**
   * Begins a rollout of a revision; nothing else of the service changes, its circuit breaker neither. One attempt.
   * @param cluster Name or ARN.
   * @param service Name or ARN.
   * @throws {NotFoundError} If the service is gone. @throws {DeniedError | ThrottledError | UnclearError | TaskwireError}
   */
  update(cluster: string, service: string, taskDefinition: string): Promise<void>;
}
