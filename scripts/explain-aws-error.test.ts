import { describe, expect, it } from '@jest/globals';
import { explainAwsError } from './explain-aws-error.ts';

const attempt = { service: 'CloudWatch Logs', denied: 'read the logs: allow them logs:FilterLogEvents' };

describe('explainAwsError', () => {
  it.each([
    ['ExpiredTokenException', 'sign in again'],
    ['UnrecognizedClientException', 'aws sts get-caller-identity'],
    ['AccessDeniedException', 'these AWS credentials may not read the logs: allow them logs:FilterLogEvents'],
    ['AuthorizationErrorException', 'these AWS credentials may not read the logs: allow them logs:FilterLogEvents'],
  ])('says of %s what to do, and what AWS said', (name, remedy) => {
    const error = Object.assign(new Error('said by AWS'), { name });
    expect(explainAwsError(error, attempt).message).toContain(remedy);
    expect(explainAwsError(error, attempt).message).toContain('said by AWS');
  });

  it('tells a network that is missing from a local AWS that does not run', () => {
    const error = Object.assign(new Error('no'), { code: 'ECONNREFUSED' });
    expect(explainAwsError(error, attempt).message).toContain('CloudWatch Logs cannot be reached from here');
    const local = explainAwsError(error, { ...attempt, endpoint: 'http://127.0.0.1:1' });
    expect(local.message).toContain('no local AWS answers at http://127.0.0.1:1: start scripts/dev');
  });
});
