import { expect, it } from '@jest/globals';
import { explainLock } from './state-lock.ts';

/** As Terraform 1.11 says it. */
const LOCKED = `terraform plan failed: ╷
│ Error: Error acquiring the state lock
│ 
│ Error message: operation error S3: PutObject, https response error
│ StatusCode: 412, api error PreconditionFailed
│ Lock Info:
│   ID:        2b1f6e7a-9a8c-4f5e-8f0e-4d6f2f2c1a11
│   Path:      company-state/cloakroom/prod/terraform.tfstate
│   Operation: OperationTypeApply
│   Who:       alice@laptop
│   Version:   1.11.4
│   Created:   2026-11-26 20:14:05.52 +0000 UTC
│   Info:      
│ 
│ Terraform acquires a state lock to protect the state from being written
╵`;

it('says who holds the lock, since when, how to wait, and how to break it', () => {
  expect(explainLock(new Error(LOCKED), 'prod').message).toBe(
    'the state of prod is locked by alice@laptop since 2026-11-26 20:14:05.52 +0000 UTC (apply): somebody else is changing it. ' +
      'Wait for them: scripts/deploy prod --lock-timeout 10m. When nothing runs there any more, as after a crash: ' +
      'terraform -chdir=terraform/environments/prod force-unlock 2b1f6e7a-9a8c-4f5e-8f0e-4d6f2f2c1a11',
  );
});

it('says what it knows where Terraform does not tell who', () => {
  const { message } = explainLock(new Error('Error: Error acquiring the state lock\n\nAccessDenied'), 'prod');
  expect(message).toContain('locked by somebody: somebody else is changing it');
  expect(message).not.toContain('force-unlock');
});

it('leaves other failures as they are', () => {
  const other = new Error('Error: Invalid reference');
  expect(explainLock(other, 'prod')).toBe(other);
});
