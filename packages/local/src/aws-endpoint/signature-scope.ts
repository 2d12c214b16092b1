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
