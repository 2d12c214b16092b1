import { AwsError } from '../base/aws-error.ts';
import type { Denial, Permissions } from '../iam/read-permissions.ts';
import type { AwsAccess } from './aws-service.ts';
import type { AwsCaller } from './credentials.ts';

/** Whoever has credentials may ask whose they are. https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html */
const FOR_EVERYBODY: ReadonlySet<string> = new Set(['sts:GetCallerIdentity']);

/** How services word a refusal, by their names in signatures, where they are not like most. */
const WORDINGS: Readonly<Record<string, { readonly code: string; readonly status: number }>> = {
  lambda: { code: 'AccessDeniedException', status: 403 },
  monitoring: { code: 'AccessDenied', status: 403 },
  sqs: { code: 'AccessDenied', status: 403 },
  sts: { code: 'AccessDenied', status: 403 },
};
const MOST = { code: 'AccessDeniedException', status: 400 };

interface Call {
  readonly service: string;
  readonly caller: AwsCaller;
  readonly accesses: readonly AwsAccess[];
}

/**
 * Refuses what the policies of the caller's role do not allow. Credentials that were not given out here are the developer's own:
 * they may do everything.
 *
 * @throws AwsError in the words of AWS
 */
export function assertPermitted({ service, caller, accesses }: Call, permissions: Permissions): void {
  const { roleArn } = caller;
  if (roleArn === undefined) return;
  for (const access of accesses) {
    if (FOR_EVERYBODY.has(access.action)) continue;
    const denial = permissions.judge(roleArn, access);
    if (denial === undefined) continue;
    const { code, status } = WORDINGS[service] ?? MOST;
    throw new AwsError(code, sentence({ caller, access, denial, service }), status);
  }
}

interface Refused {
  readonly service: string;
  readonly caller: AwsCaller;
  readonly access: AwsAccess;
  readonly denial: Denial;
}

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html */
function sentence({ service, caller, access, denial }: Refused): string {
  // SQS writes actions in lower case.
  const action = service === 'sqs' ? access.action.toLowerCase() : access.action;
  const why =
    denial === 'explicit'
      ? 'with an explicit deny in an identity-based policy'
      : `because no identity-based policy allows the ${action} action`;
  return `User: ${caller.arn} is not authorized to perform: ${action} on resource: ${access.resource} ${why}`;
}
