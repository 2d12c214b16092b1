import { assertRunnable, assertUnderstood, resolveStack } from '@cloakroom/local';
import { expect, it } from '@jest/globals';
import { localEnvironment } from '../environments/local.ts';
import { builtInIssuers } from '../environments/local-issuers.ts';
import { EXAMPLES } from '../testing/examples.ts';
import { withOwnRoutes } from '../testing/own-environment.ts';
import { synthesized } from '../testing/synthesized.ts';

const api = 'http://127.0.0.1:3000';
const origins = { awsEndpoint: 'http://127.0.0.1:4566', apiEndpoint: api };
const local = localEnvironment({ issuers: builtInIssuers('http://localhost:3002'), api, allowedOrigins: [api] });

it.each(Object.entries({ ...EXAMPLES, local }))(
  'holds nothing in %s that the local AWS does not understand',
  (name, environment) => {
    const document = synthesized(environment, { deployable: name !== 'local' });
    expect(() => assertUnderstood(document, origins)).not.toThrow();
  },
);

it.each([
  ['', local],
  [' with routes of a team', withOwnRoutes(local)],
])('has no argument that the local AWS would have to ignore%s', (_, environment) => {
  const document = synthesized(environment, { deployable: false });
  expect(() => assertRunnable(resolveStack(document, { folder: '/nowhere', origins }))).not.toThrow();
});
