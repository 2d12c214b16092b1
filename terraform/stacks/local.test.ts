import { assertRunnable, resolveStack } from '@cloakroom/local';
import { expect, it } from '@jest/globals';
import { localEnvironment } from '../environments/local.ts';
import { synthesized } from '../testing/synthesized.ts';

it('has no argument that the local AWS would have to ignore', () => {
  const urls = {
    provider: 'http://localhost:3002',
    api: 'http://127.0.0.1:3000',
    allowedOrigins: ['http://127.0.0.1:3000'],
  };
  const document = synthesized(localEnvironment(urls), { deployable: false });
  const origins = { awsEndpoint: 'http://127.0.0.1:4566', apiEndpoint: urls.api };
  expect(() => assertRunnable(resolveStack(document, { folder: '/nowhere', origins }))).not.toThrow();
});
