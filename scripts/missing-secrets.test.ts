import { describe, expect, it } from '@jest/globals';
import { missingSecrets } from './missing-secrets.ts';

const SET = { Name: 'web', VersionIdsToStages: { 'version-1': ['AWSCURRENT'] } };

/** What is said when Secrets Manager tells this of the secret. */
function saidOf(describeSecret: () => string): readonly string[] {
  return missingSecrets('dev', {
    names: ['web'],
    aws(args) {
      expect(args.join(' ')).toBe(
        'secretsmanager describe-secret --secret-id cloakroom-dev/web --region eu-central-1 --output json',
      );
      return describeSecret();
    },
  });
}

describe('missingSecrets', () => {
  it('says nothing of one that is set', () => {
    expect(saidOf(() => JSON.stringify(SET))).toEqual([]);
  });

  it.each([
    ['none', { Name: 'web' }],
    ['one of before', { ...SET, VersionIdsToStages: { 'version-0': ['AWSPREVIOUS'] } }],
  ])('reminds of one whose value is %s, with what sets it', (_, described) => {
    expect(saidOf(() => JSON.stringify(described))).toEqual([
      'the secret cloakroom-dev/web has no value: without it nobody signs in. Set it: scripts/secret dev web < file',
    ]);
  });

  it('goes on where it may not look, and says so', () => {
    const said = saidOf(() => {
      throw new Error('aws secretsmanager describe-secret failed: AccessDeniedException\n');
    });
    expect(said).toEqual([
      expect.stringMatching(/could not be looked at \(aws .*AccessDenied.*\): .*scripts\/secret dev web/),
    ]);
  });
});
