// Runs a built function as Lambda does: one process per instance, one event at a time. The parent sends events over the
// IPC channel, so that what the function prints stays its own.
const [, , bundle = '', name = ''] = process.argv;
const { handler } = await import(bundle);

/** @param {unknown} error */
const textOf = (error) => (error instanceof Error ? (error.stack ?? error.message) : String(error));

process.on('message', async (/** @type {{ event: unknown }} */ { event }) => {
  const endMs = Date.now() + 60_000;
  const context = {
    awsRequestId: crypto.randomUUID(),
    functionName: name,
    functionVersion: '$LATEST',
    invokedFunctionArn: `arn:aws:lambda:eu-central-1:123456789012:function:${name}`,
    memoryLimitInMB: '256',
    logGroupName: `/aws/lambda/${name}`,
    logStreamName: 'local',
    callbackWaitsForEmptyEventLoop: true,
    getRemainingTimeInMillis: () => Math.max(0, endMs - Date.now()),
  };
  try {
    process.send?.({ result: await handler(event, context) });
  } catch (error) {
    process.send?.({ error: textOf(error) });
  }
});
process.send?.({ ready: true });
