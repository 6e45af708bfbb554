import {
  GetRoleCommand,
  type GetRoleCommandInput,
  type GetRoleCommandOutput,
  IAMClient,
  type IAMClientConfig,
  type ServiceInputTypes,
  type ServiceOutputTypes,
  SimulatePrincipalPolicyCommand,
  type SimulatePrincipalPolicyCommandInput,
  type SimulatePrincipalPolicyCommandOutput,
} from '@aws-sdk/client-iam';
import type { SendOptions } from './send-options.ts';
import type { CallContext, Try, Watch } from './watch.ts';

/** The calls that ask IAM what somebody may do; a file of its own, read when first needed. */
export interface AccessClient {
  getRole(input: GetRoleCommandInput, options: SendOptions): Promise<GetRoleCommandOutput>;
  simulatePrincipalPolicy(
    input: SimulatePrincipalPolicyCommandInput,
    options: SendOptions,
  ): Promise<SimulatePrincipalPolicyCommandOutput>;
}

/** Makes it; every try passes through `watch`. */
export const createAccessClient = (config: IAMClientConfig, watch: Watch): AccessClient => {
  const client = new IAMClient(config);
  client.middlewareStack.addRelativeTo(
    (next: Try<ServiceInputTypes, ServiceOutputTypes>, context: CallContext) => watch.around('iam', next, context),
    watch.place,
  );
  return {
    getRole: (input, options) => client.send(new GetRoleCommand(input), options),
    simulatePrincipalPolicy: (input, options) => client.send(new SimulatePrincipalPolicyCommand(input), options),
  };
};
