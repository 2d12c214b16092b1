import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { unzipSync } from 'fflate';
import { ENVIRONMENTS } from '../environments/index.ts';
import { withBackchannelLogout } from '../testing/backchannel-environment.ts';
import { withBrowser } from '../testing/browser-environment.ts';
import { problemsAtStart } from '../testing/problems-at-start.ts';
import { fakeDist, resource, resources, statementsOf, synthesized } from '../testing/synthesized.ts';
import { commonVariables } from './common-variables.ts';

const outDir = join(fakeDist(), 'stack');
const dev = synthesized(withBackchannelLogout(ENVIRONMENTS.dev), { outDir });
const prod = synthesized(withBackchannelLogout(ENVIRONMENTS.prod));

const keysOf = (condition: unknown) =>
  JSON.stringify(condition)
    .match(/"([A-Z]+#[^"]*)"/g)
    ?.map((key) => JSON.parse(key));
const grantsOf = (document: typeof dev, name: string) =>
  statementsOf(resource(document, 'aws_iam_role_policy', name).policy).map(({ Sid, Action, Condition }) => [
    Sid,
    Action,
    Condition && keysOf(Condition),
  ]);

describe('an environment whose provider sends logout tokens', () => {
  it('has a route for them, which anybody may reach, and which is throttled, with or without browsers', () => {
    for (const document of [dev, synthesized(withBackchannelLogout(withBrowser(ENVIRONMENTS.dev)))]) {
      const routes = Object.entries(resources(document, 'aws_apigatewayv2_route'));
      const [found, ...more] = routes.filter(([, { target }]) => String(target).includes('backchannel_logout'));
      expect(more).toEqual([]);
      expect(found?.[1]).toMatchObject({ route_key: 'POST /auth/backchannel-logout', authorization_type: 'NONE' });
      const { route_settings } = resource(document, 'aws_apigatewayv2_stage', 'api');
      const key = `\${aws_apigatewayv2_route.${found?.[0]}.route_key}`;
      expect(route_settings).toContainEqual(expect.objectContaining({ route_key: key }));
    }
  });

  it('lets those who open sessions tell whose a session at the provider is, and nobody else', () => {
    const document = synthesized(withBackchannelLogout(withBrowser(ENVIRONMENTS.prod)));
    const writers = Object.keys(resources(document, 'aws_iam_role_policy')).filter((name) =>
      String(resource(document, 'aws_iam_role_policy', name).policy).includes('SID#'),
    );
    expect(writers.sort()).toEqual(['backchannel_logout', 'create_session', 'record_changes', 'token_handler']);
    for (const name of ['create_session', 'token_handler']) {
      expect(grantsOf(document, name)).toContainEqual([
        'ReadAndChangeSessions',
        expect.arrayContaining(['dynamodb:UpdateItem']),
        ['U#*', 'WEB#*', 'SID#*'],
      ]);
    }
  });
});

describe('the function for logout tokens', () => {
  it('stays outside of a VPC, and reaches the providers for a key that is new', () => {
    const lambda = resource(prod, 'aws_lambda_function', 'backchannel_logout');
    expect(lambda).not.toHaveProperty('vpc_config');
    expect(lambda).toMatchObject({ environment: { variables: { KEYS_FROM: 'provider' } } });
  });

  it('starts with what it is told, and reads no more and no less', () => {
    const { 'issuers.json': file } = unzipSync(readFileSync(join(outDir, 'functions/backchannel-logout.zip')));
    writeFileSync(join(outDir, 'issuers.json'), file ?? '');
    const { environment } = resource(dev, 'aws_lambda_function', 'backchannel_logout');
    const { variables } = environment as { variables: Record<string, string> };
    const byLambda = { AWS_REGION: 'eu-central-1', LAMBDA_TASK_ROOT: outDir };
    const start = (told: Record<string, string>) =>
      problemsAtStart({ 'backchannel-logout': { ...byLambda, ...told } })['backchannel-logout'];
    expect(start(variables)).toEqual([]);
    const missing = start({})?.map((problem) => problem.replace(/ is missing$/, '')) ?? [];
    const common = Object.keys(commonVariables('', ENVIRONMENTS.dev, '1.2.3'));
    expect(Object.keys(variables).sort()).toEqual([...new Set([...missing, ...common])].sort());
  });

  it('may do exactly what its code does', () => {
    expect(grantsOf(dev, 'backchannel_logout')).toEqual([
      ['ReadKeySets', ['dynamodb:GetItem'], ['KEYS#*']],
      ['FindSessions', ['dynamodb:Query'], ['U#*']],
      [
        'EndSessions',
        ['dynamodb:DeleteItem', 'dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem'],
        ['U#*', 'WEB#*'],
      ],
      ['EndProviderSessions', ['dynamodb:GetItem', 'dynamodb:UpdateItem'], ['SID#*']],
      ['UseTableKey', ['kms:Decrypt'], undefined],
    ]);
  });
});
