import {
  ApplicationAutoScalingClient,
  type ServiceInputTypes,
  type ServiceOutputTypes,
} from '@aws-sdk/client-application-auto-scaling';
import type { MoreClients } from './clients.ts';
import type { CallContext, Try } from './watch.ts';

/** The Application Auto Scaling clients; a file of its own, so that a function without scaling does not bundle them. */
export interface ScalingClients {
  /** For reads: tried again by the SDK. */
  scaling(): ApplicationAutoScalingClient;
  /** For changes: one try, never the SDK's own second one. */
  scalingOnce(): ApplicationAutoScalingClient;
}

/** Makes them when they are first called, over the connections and the watch of the other clients. */
export const createScalingClients = ({ config, readTries, watch }: MoreClients): ScalingClients => {
  const create = (maxAttempts: number): ApplicationAutoScalingClient => {
    const client = new ApplicationAutoScalingClient(config(maxAttempts));
    client.middlewareStack.addRelativeTo(
      (next: Try<ServiceInputTypes, ServiceOutputTypes>, context: CallContext) =>
        watch.around('application-autoscaling', next, context),
      watch.place,
    );
    return client;
  };
  let reading: ApplicationAutoScalingClient | undefined;
  let changing: ApplicationAutoScalingClient | undefined;
  return {
    scaling: () => {
      reading ??= create(readTries);
      return reading;
    },
    scalingOnce: () => {
      changing ??= create(1);
      return changing;
    },
  };
};
