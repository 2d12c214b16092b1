import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { unzipSync } from 'fflate';
import { ENVIRONMENTS } from '../environments/index.ts';
import { withBrowser } from '../testing/browser-environment.ts';
import { problemsAtStart } from '../testing/problems-at-start.ts';
import { fakeDist, resource, resources, statementsOf, synthesized } from '../testing/synthesized.ts';
import { commonVariables } from './common-variables.ts';
import { functionNamesOf } from './functions/index.ts';

const outDir = join(fakeDist(), 'stack');
const dev = synthesized(withBrowser(ENVIRONMENTS.dev), { outDir });
const prod = synthesized(withBrowser(ENVIRONMENTS.prod));

const ROUTES = [
  'GET /auth/callback/{alias}',
  'GET /auth/left',
  'GET /auth/login',
  'GET /auth/session',
  'POST /auth/logout',
  'POST /auth/refresh',
];
const KEY = `\${aws_kms_key.sign_in.arn}`;
const SECRET = `\${aws_secretsmanager_secret.cognito_client.arn}`;

/** Variables that may be missing. */
const HAVE_DEFAULTS = ['SESSION_COOKIE_NAME', 'SESSION_COOKIE_SECURE'];

/** A folder with the file of issuers that the function finds. */
function unpacked(): string {
  const { 'issuers.json': file } = unzipSync(readFileSync(join(outDir, 'functions/token-handler.zip')));
  writeFileSync(join(outDir, 'issuers.json'), file ?? '');
  return outDir;
}

describe('an environment where people sign in by browser', () => {
  it('has these routes, which anybody may reach, and which are throttled', () => {
    const added = Object.values(resources(dev, 'aws_apigatewayv2_route')).filter(({ target }) =>
      String(target).includes('token_handler'),
    );
    expect(added.map(({ route_key }) => route_key).sort()).toEqual(ROUTES);
    for (const route of added) expect(route.authorization_type).toBe('NONE');
    const { route_settings } = resource(dev, 'aws_apigatewayv2_stage', 'api');
    expect(route_settings).toHaveLength(5 + added.length);
  });
});

describe('handing in tokens', () => {
  const environment = withBrowser(ENVIRONMENTS.dev);
  const on = synthesized({ ...environment, sessions: { ...environment.sessions, handIn: true } });
  const routeIn = (document: typeof dev) =>
    Object.values(resources(document, 'aws_apigatewayv2_route')).filter(
      ({ route_key }) => route_key === 'POST /auth/session',
    );
  const variablesIn = (document: typeof dev) =>
    (resource(document, 'aws_lambda_function', 'token_handler').environment as { variables: object }).variables;

  it('is off, and has no route, unless it is switched on', () => {
    expect(routeIn(dev)).toEqual([]);
    expect(variablesIn(dev)).toMatchObject({ HAND_IN: 'disabled' });
    expect(routeIn(on)).toMatchObject([
      { authorization_type: 'NONE', target: expect.stringContaining('token_handler') },
    ]);
    expect(variablesIn(on)).toMatchObject({ HAND_IN: 'enabled' });
  });

  it('has no route where nobody signs in by browser', () => {
    const { sessions } = ENVIRONMENTS.dev;
    const document = synthesized({ ...ENVIRONMENTS.dev, sessions: { ...sessions, handIn: true } });
    expect(routeIn(document)).toEqual([]);
  });
});

describe('the authorizer', () => {
  it('is told which cookie lets in, and from which pages, where there are tickets', () => {
    const told = {
      ALLOWED_ORIGINS: '["https://app.dev.example.com"]',
      SESSION_COOKIE_NAME: '__Host-cloakroom',
      SESSION_COOKIE_SECURE: 'true',
    };
    const variablesIn = (document: typeof dev) => resource(document, 'aws_lambda_function', 'authorizer').environment;
    expect(variablesIn(dev)).toMatchObject({ variables: told });
    const { variables } = variablesIn(synthesized(ENVIRONMENTS.dev)) as { variables: object };
    for (const name of Object.keys(told)) expect(variables).not.toHaveProperty(name);
  });
});

describe('the functions', () => {
  it('start with what they are told', () => {
    const byLambda = { AWS_REGION: 'eu-central-1', LAMBDA_TASK_ROOT: unpacked() };
    const told = functionNamesOf(withBrowser(ENVIRONMENTS.dev)).map((name) => {
      const { environment } = resource(dev, 'aws_lambda_function', name.replaceAll('-', '_'));
      return [name, { ...byLambda, ...(environment as { variables: Record<string, string> }).variables }] as const;
    });
    expect(told.length).toBeGreaterThan(10);
    expect(problemsAtStart(Object.fromEntries(told))).toEqual(Object.fromEntries(told.map(([name]) => [name, []])));
  });
});

describe('the token handler', () => {
  it('stays outside of a VPC, and reaches the providers', () => {
    expect(resource(prod, 'aws_lambda_function', 'authorizer')).toHaveProperty('vpc_config');
    const lambda = resource(prod, 'aws_lambda_function', 'token_handler');
    expect(lambda).not.toHaveProperty('vpc_config');
    expect(lambda.timeout).toBeLessThan(30);
    expect(lambda).toMatchObject({ environment: { variables: { KEYS_FROM: 'provider' } } });
  });

  it('is told how its cookie is, where its key is, and where it is reached itself', () => {
    expect(resource(dev, 'aws_lambda_function', 'token_handler')).toMatchObject({
      environment: {
        variables: {
          SESSION_COOKIE_NAME: '__Host-cloakroom',
          SESSION_COOKIE_SECURE: 'true',
          SESSION_SAME_SITE: 'Lax',
          SESSION_COOKIE_PERSISTENT: 'false',
          TOKENS_KEY_ARN: KEY,
          PUBLIC_URL: 'https://api.dev.example.com',
        },
      },
    });
  });

  it('starts with what it is told, and reads no more and no less', () => {
    const { environment } = resource(dev, 'aws_lambda_function', 'token_handler');
    const { variables } = environment as { variables: Record<string, string> };
    const byLambda = { AWS_REGION: 'eu-central-1', LAMBDA_TASK_ROOT: unpacked() };
    const start = (told: Record<string, string>) => problemsAtStart({ 'token-handler': { ...byLambda, ...told } });
    expect(start(variables)).toEqual({ 'token-handler': [] });
    const missing = start({})['token-handler']?.map((problem) => problem.replace(/ is missing$/, '')) ?? [];
    const common = Object.keys(commonVariables('', ENVIRONMENTS.dev, '1.2.3'));
    expect(Object.keys(variables).sort()).toEqual([...new Set([...missing, ...HAVE_DEFAULTS, ...common])].sort());
  });

  it('may do exactly what its code does', () => {
    const policy = resource(dev, 'aws_iam_role_policy', 'token_handler').policy;
    const keysOf = (condition: unknown) =>
      JSON.stringify(condition)
        .match(/"([A-Z]+#[^"]*)"/g)
        ?.map((key) => JSON.parse(key));
    expect(
      statementsOf(policy).map(({ Sid, Action, Condition }) => [Sid, Action, Condition && keysOf(Condition)]),
    ).toEqual([
      ['ReadKeySets', ['dynamodb:GetItem'], ['KEYS#*']],
      ['FindSessions', ['dynamodb:Query'], ['U#*']],
      [
        'ReadAndChangeSessions',
        [
          'dynamodb:ConditionCheckItem',
          'dynamodb:DeleteItem',
          'dynamodb:GetItem',
          'dynamodb:PutItem',
          'dynamodb:UpdateItem',
        ],
        ['U#*', 'WEB#*'],
      ],
      ['KeepFlows', ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem'], ['FLOW#*']],
      ['UseTableKey', ['kms:Decrypt'], undefined],
      ['SealTokens', ['kms:Decrypt', 'kms:GenerateDataKey'], undefined],
      ['ReadClientSecrets', ['secretsmanager:GetSecretValue'], undefined],
    ]);
    const resourcesOf = (sid: string) => statementsOf(policy).find(({ Sid }) => Sid === sid)?.Resource;
    expect(resourcesOf('SealTokens')).toEqual([KEY]);
    expect(resourcesOf('ReadClientSecrets')).toEqual([SECRET]);
  });

  it('alone may use the key or read a secret', () => {
    for (const [name, { policy }] of Object.entries(resources(prod, 'aws_iam_role_policy'))) {
      const uses = /aws_kms_key\.sign_in|secretsmanager/.test(String(policy));
      expect([name, uses]).toEqual([name, name === 'token_handler']);
    }
  });
});

describe('the key of what providers gave', () => {
  it('is rotated, and outside dev no plan destroys it', () => {
    for (const document of [dev, prod]) {
      expect(resource(document, 'aws_kms_key', 'sign_in')).toMatchObject({
        enable_key_rotation: true,
        deletion_window_in_days: 30,
      });
    }
    expect(resource(prod, 'aws_kms_key', 'sign_in').lifecycle).toEqual({ prevent_destroy: true });
    expect(resource(dev, 'aws_kms_key', 'sign_in')).not.toHaveProperty('lifecycle');
  });

  it('decrypts for the token handler alone, whatever IAM says, and secrets for who may read them', () => {
    const [decideByIam, nobodyElse] = statementsOf(resource(prod, 'aws_kms_key', 'sign_in').policy);
    expect(decideByIam).toMatchObject({ Effect: 'Allow', Principal: { AWS: '123456789012' }, Action: 'kms:*' });
    expect(nobodyElse).toEqual({
      Sid: 'NobodyElseDecrypts',
      Effect: 'Deny',
      Principal: '*',
      Action: ['kms:Decrypt', 'kms:ReEncryptFrom'],
      Resource: '*',
      Condition: {
        ArnNotEquals: { 'aws:PrincipalArn': ['arn:*:iam::123456789012:role/cloakroom-prod-token-handler'] },
        StringNotEquals: { 'kms:ViaService': 'secretsmanager.eu-central-1.amazonaws.com' },
      },
    });
    expect(resource(prod, 'aws_iam_role', 'token_handler').name).toBe('cloakroom-prod-token-handler');
  });

  it('decrypts for a data role too, which the token handler takes', () => {
    const dataRoleArn = 'arn:aws:iam::123456789012:role/data';
    const document = synthesized({ ...withBrowser(ENVIRONMENTS.prod), dataRoleArn });
    const [, nobodyElse] = statementsOf(resource(document, 'aws_kms_key', 'sign_in').policy);
    expect(JSON.stringify(nobodyElse?.Condition)).toContain(dataRoleArn);
  });
});

describe('the secret of a client', () => {
  it('is empty, under our key, and outside dev no plan destroys it', () => {
    expect(resource(prod, 'aws_secretsmanager_secret', 'cognito_client')).toMatchObject({
      name: 'cloakroom-prod/cognito-client',
      kms_key_id: KEY,
      recovery_window_in_days: 30,
      lifecycle: { prevent_destroy: true },
    });
    expect(resource(dev, 'aws_secretsmanager_secret', 'cognito_client').recovery_window_in_days).toBe(0);
    expect(Object.keys(prod.resource).filter((type) => type.startsWith('aws_secretsmanager'))).toEqual([
      'aws_secretsmanager_secret',
    ]);
  });

  it('has the name of Secrets Manager in the file that the functions find', () => {
    const { 'issuers.json': file } = unzipSync(readFileSync(join(outDir, 'functions/token-handler.zip')));
    const [issuer] = JSON.parse(Buffer.from(file ?? []).toString());
    expect(issuer.browser).toMatchObject({ clientSecretName: 'cloakroom-dev/cognito-client' });
  });

  it('is not there for a client that has none, nor is the right to read it', () => {
    const { clientSecretName: _, ...browser } = withBrowser(ENVIRONMENTS.dev).issuers[0]?.browser ?? {};
    const environment = withBrowser(ENVIRONMENTS.dev);
    const issuers = environment.issuers.map((issuer) => ({
      ...issuer,
      browser: { ...browser, clientAuth: { method: 'none' } },
    }));
    const document = synthesized({ ...environment, issuers });
    expect(document.resource).not.toHaveProperty('aws_secretsmanager_secret');
    expect(String(resource(document, 'aws_iam_role_policy', 'token_handler').policy)).not.toContain('secretsmanager');
  });
});
