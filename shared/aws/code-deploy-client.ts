import {
  BatchGetApplicationsCommand,
  type BatchGetApplicationsCommandInput,
  type BatchGetApplicationsCommandOutput,
  BatchGetDeploymentGroupsCommand,
  type BatchGetDeploymentGroupsCommandInput,
  type BatchGetDeploymentGroupsCommandOutput,
  CodeDeployClient,
  type CodeDeployClientConfig,
  ListApplicationsCommand,
  type ListApplicationsCommandInput,
  type ListApplicationsCommandOutput,
  ListDeploymentGroupsCommand,
  type ListDeploymentGroupsCommandInput,
  type ListDeploymentGroupsCommandOutput,
  type ServiceInputTypes,
  type ServiceOutputTypes,
} from '@aws-sdk/client-codedeploy';
import type { SendOptions } from './send-options.ts';
import type { CallContext, Try, Watch } from './watch.ts';

/** The CodeDeploy calls that are used; a file of its own, read when first needed. */
export interface CodeDeploy {
  listApplications(input: ListApplicationsCommandInput, options: SendOptions): Promise<ListApplicationsCommandOutput>;
  batchGetApplications(
    input: BatchGetApplicationsCommandInput,
    options: SendOptions,
  ): Promise<BatchGetApplicationsCommandOutput>;
  listDeploymentGroups(
    input: ListDeploymentGroupsCommandInput,
    options: SendOptions,
  ): Promise<ListDeploymentGroupsCommandOutput>;
  batchGetDeploymentGroups(
    input: BatchGetDeploymentGroupsCommandInput,
    options: SendOptions,
  ): Promise<BatchGetDeploymentGroupsCommandOutput>;
}

/** Makes the CodeDeploy client; every try passes through `watch`. */
export const createCodeDeploy = (config: CodeDeployClientConfig, watch: Watch): CodeDeploy => {
  const client = new CodeDeployClient(config);
  client.middlewareStack.addRelativeTo(
    (next: Try<ServiceInputTypes, ServiceOutputTypes>, context: CallContext) =>
      watch.around('codedeploy', next, context),
    watch.place,
  );
  return {
    listApplications: (input, options) => client.send(new ListApplicationsCommand(input), options),
    batchGetApplications: (input, options) => client.send(new BatchGetApplicationsCommand(input), options),
    listDeploymentGroups: (input, options) => client.send(new ListDeploymentGroupsCommand(input), options),
    batchGetDeploymentGroups: (input, options) => client.send(new BatchGetDeploymentGroupsCommand(input), options),
  };
};
