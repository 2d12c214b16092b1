import { ENVIRONMENTS } from '@cloakroom/terraform';
import { type ApiName, type Authorizer, placeOf } from './attached-api.ts';
import type { Finding } from './finding.ts';
import type { Installation } from './installation.ts';
import { invokedBy, nameWithQualifier } from './invoked-function.ts';

const ELSEWHERE = new RegExp(`^[a-z0-9-]+-(?:${Object.keys(ENVIRONMENTS).join('|')})-authorizer$`);

/** Whose function an authorizer asks. */
export function ownerOf(
  authorizer: Authorizer,
  { authorizer: ours }: Installation,
): 'us' | 'another installation' | 'somebody else' {
  const invoked = invokedBy(authorizer.uri);
  if (invoked === undefined) return 'somebody else';
  if (invoked.name !== ours.name) return ELSEWHERE.test(invoked.name) ? 'another installation' : 'somebody else';
  return invoked.accountId === ours.accountId && invoked.region === ours.region ? 'us' : 'another installation';
}

/** What is wrong with how an authorizer of ours is set up. */
export function judgeAuthorizer(api: ApiName, authorizer: Authorizer, installation: Installation): readonly Finding[] {
  const where = authorizerPlace(api, authorizer);
  const found = (code: Finding['code'], what: string, next: string): Finding => ({ code, where, what, next });
  const { authorizerUri } = installation;
  const invoked = invokedBy(authorizer.uri);
  if (ownerOf(authorizer, installation) === 'another installation') {
    return [
      found(
        'other-installation',
        `asks ${invoked?.name} in ${invoked?.accountId}, ${invoked?.region}`,
        uriLine(authorizerUri),
      ),
    ];
  }
  const findings: Finding[] = [];
  if (invoked !== undefined && invoked.qualifier !== 'live') {
    findings.push(found('authorizer-not-live', `asks ${nameWithQualifier(invoked)}`, uriLine(authorizerUri)));
  }
  if (api.kind !== 'websocket' && authorizer.ttlSeconds > 0) {
    const what = `answers are kept for ${authorizer.ttlSeconds} s`;
    findings.push(found('authorizer-cached', what, `authorizer_result_ttl_in_seconds = 0${deployed(api)}`));
  }
  return [...findings, ...judgeSources(api, authorizer, found), ...judgeForm(api, authorizer, found)];
}

type Found = (code: Finding['code'], what: string, next: string) => Finding;

function judgeSources(api: ApiName, authorizer: Authorizer, found: Found): readonly Finding[] {
  if (authorizer.type === 'TOKEN') {
    const header = authorizer.identitySources.join(', ') || 'one header';
    const note = found(
      'bearer-only',
      `takes ${header}`,
      'type = "REQUEST", and an identity_source that is always there',
    );
    const { validationExpression: expression } = authorizer;
    if (!expression) return [note];
    return [found('token-validation', `demands ${expression}`, 'leave identity_validation_expression out'), note];
  }
  // What API Gateway adds itself is always there.
  const wanting = authorizer.identitySources.filter((source) => !/^\$?context\./.test(source));
  if (wanting.length === 0) return [];
  const next =
    api.kind === 'rest'
      ? `identity_source = "context.identity.sourceIp"${deployed(api)}`
      : 'leave identity_sources out';
  return [found('identity-source', `demands ${wanting.join(' and ')}`, next)];
}

function judgeForm({ kind }: ApiName, authorizer: Authorizer, found: Found): readonly Finding[] {
  const findings: Finding[] = [];
  if (kind === 'http' && authorizer.payloadVersion !== '2.0') {
    const what = `gets payload ${authorizer.payloadVersion ?? 'of no version'}`;
    findings.push(found('payload-version', what, 'authorizer_payload_format_version = "2.0"'));
  } else if (kind === 'http' && authorizer.hasSimpleResponses !== true) {
    findings.push(found('simple-responses', 'simple responses are off', 'enable_simple_responses = true'));
  }
  if (authorizer.roleArn) {
    const next = 'leave the credentials of the authorizer out, and permit the call by aws_lambda_permission';
    findings.push(found('invoked-by-role', `is asked by ${authorizer.roleArn}`, next));
  }
  return findings;
}

/** A REST API needs that besides: a change alone is not in its stage. */
function deployed({ kind }: ApiName): string {
  return kind === 'rest' ? ', and a new deployment' : '';
}

/** `HTTP API a1b2c3, authorizer session (x1y2z3)` */
export function authorizerPlace(api: ApiName, { name, id }: Authorizer): string {
  return `${placeOf(api)}, authorizer ${name}${id === undefined ? '' : ` (${id})`}`;
}

function uriLine(uri: string): string {
  return `authorizer_uri = "${uri}"`;
}
