import { Construct } from 'constructs';
import { clientSecretNames, secretNameIn } from '../environments/browser-sign-in.ts';
import type { Environment } from '../environments/environment.ts';
import { ClientSecret } from '../modules/sign_in/client-secret.ts';
import { SignInKey } from '../modules/sign_in/sign-in-key.ts';
import type { SignInResources } from './function-spec.ts';
import type { FunctionName } from './functions/index.ts';

/** The key of what providers gave for sessions, and the clients' secrets, which somebody has to set. */
export function addSignIn(parent: Construct, environment: Environment): SignInResources {
  const { app, name, protection, region, accountId, dataRoleArn } = environment;
  const prefix = `${app}-${name}`;
  const scope = new Construct(parent, 'sign_in');
  // By its name: the role is given the key, and would be waited for.
  const ownRole = `arn:*:iam::${accountId}:role/${prefix}-${'token-handler' satisfies FunctionName}`;
  const { arn: keyArn } = new SignInKey(scope, 'sign_in', {
    description: `${prefix}: what providers gave for sessions, and the secrets of clients`,
    region,
    accountId,
    roleArns: dataRoleArn === undefined ? [ownRole] : [ownRole, dataRoleArn],
    protection,
  });
  const secrets = clientSecretNames(environment).map((secret) => {
    const [name, description] = [
      secretNameIn(environment, secret),
      'Set by scripts/secret: how we prove who we are to a provider',
    ];
    return new ClientSecret(scope, secret, { name, description, keyArn, protection });
  });
  return { keyArn, secretArns: secrets.map(({ arn }) => arn) };
}
