import { GetPolicyCommand } from '@aws-sdk/client-lambda';
import { expect } from '@jest/globals';
import type { AwsClients } from '../read-back/aws-clients.ts';

/** On behalf of what API Gateway may invoke the live authorizer of dev. A statement of another kind fails the test. */
export async function permittedSources({ lambda }: Pick<AwsClients, 'lambda'>): Promise<readonly string[]> {
  const { Policy = '{}' } = await lambda.send(
    new GetPolicyCommand({ FunctionName: 'cloakroom-dev-authorizer', Qualifier: 'live' }),
  );
  const { Statement } = JSON.parse(Policy) as { Statement: readonly Record<string, unknown>[] };
  return Statement.map((statement) => {
    expect(statement).toMatchObject({
      Effect: 'Allow',
      Principal: { Service: 'apigateway.amazonaws.com' },
      Action: 'lambda:InvokeFunction',
      Resource: 'arn:aws:lambda:eu-central-1:123456789012:function:cloakroom-dev-authorizer:live',
    });
    const { ArnLike } = statement.Condition as { ArnLike: Record<string, string> };
    return ArnLike['AWS:SourceArn'] ?? '';
  });
}
