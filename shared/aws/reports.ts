import { IncompleteError } from '../errors.ts';
import type { Reports } from '../ports/reports.ts';
import { type Clients, onceLoaded } from './clients.ts';
import { codeOf } from './sdk-errors.ts';

/** Reports in an S3 bucket over the AWS API; the client is imported at the first call. */
export const createReports = (clients: Clients, bucket: string): Reports => {
  const s3 = onceLoaded(async () => {
    const { config, readTries, watch } = clients.more;
    return (await import('./s3-client.ts')).createS3(config(readTries), watch);
  });
  const resourceOf = (key: string): string => `s3://${bucket}/${key}`;
  return {
    read: async (key) => {
      const client = await s3();
      const call = { action: 's3:GetObject', resource: resourceOf(key) };
      try {
        const { Body } = await clients.read(call, (options) => client.getObject({ Bucket: bucket, Key: key }, options));
        if (Body === undefined)
          throw new IncompleteError(`${call.action} for ${call.resource} answered without a body.`);
        return await Body.transformToString();
      } catch (error) {
        // Without the right to list the bucket S3 says AccessDenied instead: then nobody knows.
        if (codeOf(error) === 'NoSuchKey') return undefined;
        throw error;
      }
    },
    write: async (key, text, ContentType) => {
      const client = await s3();
      const call = { action: 's3:PutObject', resource: resourceOf(key) };
      // The same text under the same key: what had no clear answer may be sent again by the SDK.
      await clients.post(call, (options) =>
        client.putObject({ Bucket: bucket, Key: key, Body: text, ContentType }, options),
      );
    },
  };
};
