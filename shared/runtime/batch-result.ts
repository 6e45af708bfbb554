import type { SQSBatchResponse } from 'aws-lambda';

/**
 * The messages that SQS must deliver again. An id that is not in the batch would make Lambda deliver all of it again,
 * so only those of the batch are named, each once; the empty list says that all succeeded.
 * https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
 */
export const batchResult = (batchIds: readonly string[], failedIds: readonly string[]): SQSBatchResponse => {
  const failed = new Set(failedIds);
  return {
    batchItemFailures: [...new Set(batchIds)]
      .filter((id) => failed.has(id))
      .map((itemIdentifier) => ({ itemIdentifier })),
  };
};
