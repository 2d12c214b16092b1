import { AwsError } from '../../base/aws-error.ts';
import { LOCAL_ACCOUNT_ID } from '../../stack/local-values.ts';
import type { AwsRequest, AwsResponse, AwsService } from '../aws-service.ts';

const NAMESPACE = 'https://sts.amazonaws.com/doc/2011-06-15/';

/** STS, as far as it is needed: who am I. */
export const stsService: AwsService = {
  accesses(request) {
    const action = new URLSearchParams(request.body.toString()).get('Action');
    if (action === 'GetCallerIdentity') return [{ action: 'sts:GetCallerIdentity', resource: '*' }];
    throw new AwsError('InvalidAction', `${action} is not run here`);
  },
  async handle(request) {
    return xml(200, callerIdentity(request));
  },
  formatError(error, requestId) {
    const fault = error.status < 500 ? 'Sender' : 'Receiver';
    const inner = `<Error><Type>${fault}</Type>${element('Code', error.code)}${element('Message', error.message)}</Error>`;
    const body = `<ErrorResponse xmlns="${NAMESPACE}">${inner}${element('RequestId', requestId)}</ErrorResponse>`;
    return xml(error.status, body);
  },
};

function callerIdentity({ caller }: AwsRequest): string {
  const fields = element('Arn', caller.arn) + element('UserId', caller.userId) + element('Account', LOCAL_ACCOUNT_ID);
  const result = `<GetCallerIdentityResult>${fields}</GetCallerIdentityResult>`;
  return `<GetCallerIdentityResponse xmlns="${NAMESPACE}">${result}</GetCallerIdentityResponse>`;
}

function xml(status: number, body: string): AwsResponse {
  return { status, headers: { 'content-type': 'text/xml' }, body };
}

function element(name: string, text: string): string {
  const escaped = text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  return `<${name}>${escaped}</${name}>`;
}
