import {
  GetObjectCommand,
  type GetObjectCommandInput,
  type GetObjectCommandOutput,
  PutObjectCommand,
  type PutObjectCommandInput,
  type PutObjectCommandOutput,
  S3Client,
  type S3ClientConfig,
  type ServiceInputTypes,
  type ServiceOutputTypes,
} from '@aws-sdk/client-s3';
import type { SendOptions } from './send-options.ts';
import type { CallContext, Try, Watch } from './watch.ts';

/** The S3 calls that are used; a file of its own, read when first needed. */
export interface S3 {
  getObject(input: GetObjectCommandInput, options: SendOptions): Promise<GetObjectCommandOutput>;
  putObject(input: PutObjectCommandInput, options: SendOptions): Promise<PutObjectCommandOutput>;
}

/** Makes the S3 client; every try passes through `watch`. */
export const createS3 = (config: S3ClientConfig, watch: Watch): S3 => {
  const client = new S3Client(config);
  client.middlewareStack.addRelativeTo(
    (next: Try<ServiceInputTypes, ServiceOutputTypes>, context: CallContext) => watch.around('s3', next, context),
    watch.place,
  );
  return {
    getObject: (input, options) => client.send(new GetObjectCommand(input), options),
    putObject: (input, options) => client.send(new PutObjectCommand(input), options),
  };
};
