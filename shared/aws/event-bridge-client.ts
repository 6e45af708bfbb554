import {
  EventBridgeClient,
  type EventBridgeClientConfig,
  PutEventsCommand,
  type PutEventsCommandInput,
  type PutEventsCommandOutput,
  type ServiceInputTypes,
  type ServiceOutputTypes,
} from '@aws-sdk/client-eventbridge';
import type { SendOptions } from './send-options.ts';
import type { CallContext, Try, Watch } from './watch.ts';

/** The EventBridge call that is used; a file of its own, read when first needed. */
export interface EventBridge {
  putEvents(input: PutEventsCommandInput, options: SendOptions): Promise<PutEventsCommandOutput>;
}

/** Makes the EventBridge client; every try passes through `watch`. */
export const createEventBridge = (config: EventBridgeClientConfig, watch: Watch): EventBridge => {
  const client = new EventBridgeClient(config);
  client.middlewareStack.addRelativeTo(
    (next: Try<ServiceInputTypes, ServiceOutputTypes>, context: CallContext) => watch.around('events', next, context),
    watch.place,
  );
  return { putEvents: (input, options) => client.send(new PutEventsCommand(input), options) };
};
