import { describe, expect, it } from '@jest/globals';
import { ENVIRONMENTS } from '../environments/index.ts';
import { ATTACHED_APIS, withAttachedApis } from '../testing/attached-environment.ts';
import { resource, resources, synthesized } from '../testing/synthesized.ts';

const attached = withAttachedApis(ENVIRONMENTS.prod);
const document = synthesized(attached);

/** What the permissions of APIs that are not ours are for, by their addresses. */
const sources = (environment: unknown) =>
  Object.fromEntries(
    Object.entries(resources(synthesized(environment), 'aws_lambda_permission'))
      .filter(([name]) => name.startsWith('attached_'))
      .map(([name, { source_arn }]) => [name, source_arn]),
  );

describe('APIs that exist already', () => {
  it.each(ATTACHED_APIS)('may ask the authorizer: $kind', ({ apiId }) => {
    expect(resource(document, 'aws_lambda_permission', `attached_${apiId}`)).toEqual({
      action: 'lambda:InvokeFunction',
      principal: 'apigateway.amazonaws.com',
      function_name: `\${aws_lambda_alias.authorizer.function_name}`,
      qualifier: `\${aws_lambda_alias.authorizer.name}`,
      source_arn: `arn:aws:execute-api:eu-central-1:123456789012:${apiId}/authorizers/*`,
      lifecycle: { create_before_destroy: true },
    });
  });

  it('are told as they are configured', () => {
    expect(document.output.AttachedApis).toEqual({ value: ATTACHED_APIS });
  });

  it('have one permission for all their stages', () => {
    const [http] = ATTACHED_APIS;
    expect(Object.keys(sources({ ...attached, attachTo: [http, { ...http, stage: 'next' }] }))).toEqual([
      'attached_h1t2t3p4a5',
    ]);
  });

  it('lose the permission with their entry', () => {
    const [, ...others] = ATTACHED_APIS;
    expect(Object.keys(sources({ ...attached, attachTo: others })).toSorted()).toEqual([
      'attached_r1e2s3t4a5',
      'attached_w1e2b3s4o5',
    ]);
    const without = synthesized({ ...attached, attachTo: [] });
    expect(without).toEqual(synthesized(ENVIRONMENTS.prod));
    expect(without.output).not.toHaveProperty('AttachedApis');
  });

  it('have ARNs of their region', () => {
    const environment = { ...withAttachedApis(ENVIRONMENTS.dev), region: 'us-east-1' };
    expect(sources(environment).attached_r1e2s3t4a5).toBe(
      'arn:aws:execute-api:us-east-1:123456789012:r1e2s3t4a5/authorizers/*',
    );
  });
});
