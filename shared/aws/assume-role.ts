import { printable } from '../core/text.ts';
import { IncompleteError } from '../errors.ts';
import type { Clients, Connection } from './clients.ts';

/** The least that STS gives; an audit ends before it does. */
const SECONDS = 3_600;

/**
 * Credentials of a role in another account.
 * @throws {DeniedError} If the role does not trust the caller, or asks for another external id.
 */
export const assumeRole = async (
  clients: Clients,
  { roleArn, externalId }: { readonly roleArn: string; readonly externalId?: string },
): Promise<NonNullable<Connection['credentials']>> => {
  const { config, readTries, watch } = clients.more;
  const sts = (await import('./role-client.ts')).createRoleClient(config(readTries), watch);
  const call = { action: 'sts:AssumeRole', resource: roleArn };
  const { Credentials } = await clients.read(call, (options) =>
    sts.assumeRole(
      {
        RoleArn: roleArn,
        RoleSessionName: 'taskwire-audit',
        DurationSeconds: SECONDS,
        ...(externalId !== undefined && { ExternalId: externalId }),
      },
      options,
    ),
  );
  const { AccessKeyId: accessKeyId, SecretAccessKey: secretAccessKey, SessionToken: sessionToken } = Credentials ?? {};
  if (!accessKeyId || !secretAccessKey || !sessionToken) {
    throw new IncompleteError(`${call.action} for ${printable(roleArn)} answered without credentials.`);
  }
  return { accessKeyId, secretAccessKey, sessionToken };
};
