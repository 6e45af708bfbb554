/** What Lambda expects of a function that reads SQS with ReportBatchItemFailures. */
export interface BatchResult {
  readonly batchItemFailures: readonly { readonly itemIdentifier: string }[];
}

/**
 * The messages that SQS must deliver again. An id that is not in the batch would make Lambda deliver all of it again,
 * so only those of the batch are named, each once; the empty list says that all succeeded.
 * https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
 */
export const batchResult = (batchIds: readonly string[], failedIds: readonly string[]): BatchResult => {
  const failed = new Set(failedIds);
  return {
    batchItemFailures: [...new Set(batchIds)]
      .filter((id) => failed.has(id))
      .map((itemIdentifier) => ({ itemIdentifier })),
  };
};
