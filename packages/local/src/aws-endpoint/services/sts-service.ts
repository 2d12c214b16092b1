import { AwsError } from '../../base/aws-error.ts';
import type { AwsRequest, AwsResponse, AwsService } from '../aws-service.ts';
import type { CredentialsRegistry } from '../credentials.ts';

const NAMESPACE = 'https://sts.amazonaws.com/doc/2011-06-15/';

/**
 * STS, as far as it is needed: who am I, and the credentials of a role. Roles need not be of the stack, nor of this account:
 * whoever asks for one gets it, as if its trust policy named them.
 */
export function stsService({ issue }: Pick<CredentialsRegistry, 'issue'>): AwsService {
  return {
    accesses(request) {
      const parameters = parametersOf(request);
      const action = parameters.get('Action');
      if (action === 'GetCallerIdentity') return [{ action: 'sts:GetCallerIdentity', resource: '*' }];
      if (action === 'AssumeRole') return [{ action: 'sts:AssumeRole', resource: roleIn(parameters).roleArn }];
      throw new AwsError('InvalidAction', `${action} is not run here`);
    },
    async handle(request) {
      const parameters = parametersOf(request);
      const isAssumeRole = parameters.get('Action') === 'AssumeRole';
      return xml(200, isAssumeRole ? assumedRole(roleIn(parameters), issue) : callerIdentity(request));
    },
    formatError(error, requestId) {
      const fault = error.status < 500 ? 'Sender' : 'Receiver';
      const inner = `<Error><Type>${fault}</Type>${element('Code', error.code)}${element('Message', error.message)}</Error>`;
      const body = `<ErrorResponse xmlns="${NAMESPACE}">${inner}${element('RequestId', requestId)}</ErrorResponse>`;
      return xml(error.status, body);
    },
  };
}

interface WantedRole {
  readonly roleArn: string;
  readonly sessionName: string;
  readonly durationSeconds: number;
}

const ROLE_ARN = /^arn:aws[a-z-]*:iam::\d{12}:role\/[\w+=,.@/-]+$/;
const SESSION_NAME = /^[\w+=,.@-]{2,64}$/;
/** The longest that AWS allows where the caller is a role itself. */
const MAX_SECONDS = 3600;
const MIN_SECONDS = 900;

/** https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html */
function roleIn(parameters: URLSearchParams): WantedRole {
  const roleArn = parameters.get('RoleArn') ?? '';
  const sessionName = parameters.get('RoleSessionName') ?? '';
  const durationSeconds = Number(parameters.get('DurationSeconds') ?? MAX_SECONDS);
  if (!ROLE_ARN.test(roleArn)) throw new AwsError('ValidationError', `${roleArn} is invalid`);
  if (!SESSION_NAME.test(sessionName)) throw new AwsError('ValidationError', 'roleSessionName is invalid');
  if (!(durationSeconds >= MIN_SECONDS && durationSeconds <= MAX_SECONDS)) {
    throw new AwsError('ValidationError', `DurationSeconds must be from ${MIN_SECONDS} to ${MAX_SECONDS}`);
  }
  return { roleArn, sessionName, durationSeconds };
}

function assumedRole(
  { roleArn, sessionName, durationSeconds }: WantedRole,
  issue: CredentialsRegistry['issue'],
): string {
  const { accessKeyId, secretAccessKey, sessionToken, arn, userId } = issue(roleArn, sessionName);
  const expiration = new Date(Date.now() + 1000 * durationSeconds).toISOString();
  const credentials = [
    element('AccessKeyId', accessKeyId),
    element('SecretAccessKey', secretAccessKey),
    element('SessionToken', sessionToken),
    element('Expiration', expiration),
  ];
  const user = `<AssumedRoleUser>${element('Arn', arn)}${element('AssumedRoleId', userId)}</AssumedRoleUser>`;
  return answer('AssumeRole', `<Credentials>${credentials.join('')}</Credentials>${user}`);
}

function callerIdentity({ caller }: AwsRequest): string {
  const account = caller.arn.split(':')[4] ?? '';
  return answer(
    'GetCallerIdentity',
    element('Arn', caller.arn) + element('UserId', caller.userId) + element('Account', account),
  );
}

function answer(operation: string, fields: string): string {
  return `<${operation}Response xmlns="${NAMESPACE}"><${operation}Result>${fields}</${operation}Result></${operation}Response>`;
}

function parametersOf({ body }: AwsRequest): URLSearchParams {
  return new URLSearchParams(body.toString());
}

function xml(status: number, body: string): AwsResponse {
  return { status, headers: { 'content-type': 'text/xml' }, body };
}

function element(name: string, text: string): string {
  const escaped = text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  return `<${name}>${escaped}</${name}>`;
}
