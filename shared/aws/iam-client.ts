import {
  GetPolicyCommand,
  type GetPolicyCommandInput,
  type GetPolicyCommandOutput,
  GetPolicyVersionCommand,
  type GetPolicyVersionCommandInput,
  type GetPolicyVersionCommandOutput,
  GetRolePolicyCommand,
  type GetRolePolicyCommandInput,
  type GetRolePolicyCommandOutput,
  IAMClient,
  type IAMClientConfig,
  ListAttachedRolePoliciesCommand,
  type ListAttachedRolePoliciesCommandInput,
  type ListAttachedRolePoliciesCommandOutput,
  ListRolePoliciesCommand,
  type ListRolePoliciesCommandInput,
  type ListRolePoliciesCommandOutput,
  type ServiceInputTypes,
  type ServiceOutputTypes,
} from '@aws-sdk/client-iam';
import type { SendOptions } from './send-options.ts';
import type { CallContext, Try, Watch } from './watch.ts';

/** The IAM calls that are used; a file of its own, read when first needed. */
export interface Iam {
  listAttachedRolePolicies(
    input: ListAttachedRolePoliciesCommandInput,
    options: SendOptions,
  ): Promise<ListAttachedRolePoliciesCommandOutput>;
  listRolePolicies(input: ListRolePoliciesCommandInput, options: SendOptions): Promise<ListRolePoliciesCommandOutput>;
  getRolePolicy(input: GetRolePolicyCommandInput, options: SendOptions): Promise<GetRolePolicyCommandOutput>;
  getPolicy(input: GetPolicyCommandInput, options: SendOptions): Promise<GetPolicyCommandOutput>;
  getPolicyVersion(input: GetPolicyVersionCommandInput, options: SendOptions): Promise<GetPolicyVersionCommandOutput>;
}

/** Makes the IAM client; every try passes through `watch`. */
export const createIam = (config: IAMClientConfig, watch: Watch): Iam => {
  const client = new IAMClient(config);
  client.middlewareStack.addRelativeTo(
    (next: Try<ServiceInputTypes, ServiceOutputTypes>, context: CallContext) => watch.around('iam', next, context),
    watch.place,
  );
  return {
    listAttachedRolePolicies: (input, options) => client.send(new ListAttachedRolePoliciesCommand(input), options),
    listRolePolicies: (input, options) => client.send(new ListRolePoliciesCommand(input), options),
    getRolePolicy: (input, options) => client.send(new GetRolePolicyCommand(input), options),
    getPolicy: (input, options) => client.send(new GetPolicyCommand(input), options),
    getPolicyVersion: (input, options) => client.send(new GetPolicyVersionCommand(input), options),
  };
};
