import { randomBytes } from 'node:crypto';
import type { RoleCredentials } from '../lambda/process-variables.ts';
import { LOCAL_ACCOUNT_ID } from '../stack/local-values.ts';

/** What the Authorization header of a signed request names. */
export interface SignatureScope {
  readonly accessKeyId: string;
  readonly region: string;
  /** `dynamodb`, `sqs`, `lambda`… */
  readonly service: string;
}

const AUTHORIZATION =
  /^AWS4-HMAC-SHA256 Credential=([A-Za-z0-9_-]{1,128})\/\d{8}\/([a-z0-9-]{1,32})\/([a-z0-9-]{1,32})\/aws4_request,\s*SignedHeaders=[^,\s]+,\s*Signature=[0-9a-f]+$/;

/**
 * Reads a SigV4 Authorization header; undefined when it is none. The signature itself is not checked: any key will do here.
 * A web page cannot send this header to another origin without a preflight, and preflights are refused.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-signing-elements.html
 */
export function parseSignatureScope(authorization: string | undefined): SignatureScope | undefined {
  const [, accessKeyId, region, service] = AUTHORIZATION.exec(authorization ?? '') ?? [];
  if (accessKeyId === undefined || region === undefined || service === undefined) return undefined;
  return { accessKeyId, region, service };
}

/** Who a request comes from, by its access key id. */
export interface AwsCaller {
  readonly accessKeyId: string;
  /** ARN of the role whose temporary credentials they are; absent for a developer's own key. */
  readonly roleArn?: string;
  /** `arn:aws:sts::…:assumed-role/<role>/<session>`, or a local user's ARN. */
  readonly arn: string;
  readonly userId: string;
}

/** The temporary credentials that were given out. */
export interface CredentialsRegistry {
  issue(roleArn: string, sessionName: string): RoleCredentials & Pick<AwsCaller, 'arn' | 'userId'>;
  /**
   * A key that was not given out belongs to the developer.
   * A role's key counts only with its session token; undefined when that is missing or wrong.
   */
  identify(accessKeyId: string, sessionToken: string | undefined): AwsCaller | undefined;
}

interface Issued extends AwsCaller {
  readonly sessionToken: string;
}

export function createCredentialsRegistry(): CredentialsRegistry {
  const issued = new Map<string, Issued>();
  return {
    issue(roleArn, sessionName) {
      const accessKeyId = `ASIA${randomId(16)}`;
      const sessionToken = randomBytes(48).toString('base64');
      const role = roleArn.slice(roleArn.lastIndexOf('/') + 1);
      const [, partition, , , account] = roleArn.split(':');
      const arn = `arn:${partition}:sts::${account}:assumed-role/${role}/${sessionName}`;
      const userId = `AROA${randomId(17)}:${sessionName}`;
      issued.set(accessKeyId, { accessKeyId, sessionToken, roleArn, arn, userId });
      return { accessKeyId, secretAccessKey: randomBytes(30).toString('base64'), sessionToken, arn, userId };
    },
    identify(accessKeyId, sessionToken) {
      const found = issued.get(accessKeyId);
      if (found === undefined)
        return { accessKeyId, arn: `arn:aws:iam::${LOCAL_ACCOUNT_ID}:user/local`, userId: 'AIDALOCAL' };
      return found.sessionToken === sessionToken ? found : undefined;
    },
  };
}

/** Capital letters and digits, as in AWS's ids; DynamoDB Local accepts no other characters in a key. */
function randomId(length: number): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
  return [...randomBytes(length)].map((byte) => alphabet[byte % alphabet.length]).join('');
}
