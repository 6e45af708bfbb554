import {
  AssumeRoleCommand,
  type AssumeRoleCommandInput,
  type AssumeRoleCommandOutput,
  type ServiceInputTypes,
  type ServiceOutputTypes,
  STSClient,
  type STSClientConfig,
} from '@aws-sdk/client-sts';
import type { SendOptions } from './send-options.ts';
import type { CallContext, Try, Watch } from './watch.ts';

/** The call of STS that gives another role's credentials; a file of its own, read when first needed. */
export interface RoleClient {
  assumeRole(input: AssumeRoleCommandInput, options: SendOptions): Promise<AssumeRoleCommandOutput>;
}

/** Makes the client; every try passes through `watch`. */
export const createRoleClient = (config: STSClientConfig, watch: Watch): RoleClient => {
  const client = new STSClient(config);
  client.middlewareStack.addRelativeTo(
    (next: Try<ServiceInputTypes, ServiceOutputTypes>, context: CallContext) => watch.around('sts', next, context),
    watch.place,
  );
  return { assumeRole: (input, options) => client.send(new AssumeRoleCommand(input), options) };
};
