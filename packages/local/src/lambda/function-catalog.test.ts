import { describe, expect, it } from '@jest/globals';
import { resolveStack } from '../stack/read-stack.ts';
import { createFunctionCatalog } from './function-catalog.ts';

const usual = {
  function_name: 'f',
  role: 'arn:aws:iam::0:role/r',
  handler: 'index.handler',
  runtime: 'nodejs24.x',
  filename: '../dist/f.zip',
};

function catalog(changes: object, alias?: object) {
  const document = {
    provider: { aws: { region: 'eu-central-1' } },
    resource: {
      aws_cloudwatch_log_group: { f: { name: '/aws/lambda/f' } },
      aws_lambda_function: { f: { ...usual, ...changes } },
      ...(alias === undefined ? {} : { aws_lambda_alias: { live: { name: 'live', function_name: 'f', ...alias } } }),
    },
  };
  const origins = { awsEndpoint: '', apiEndpoint: '' };
  return createFunctionCatalog(resolveStack(document, { folder: '/repo/.local', origins }));
}

describe('the function catalog', () => {
  it("has Lambda's defaults, and files relative to the stack", () => {
    const [config] = catalog({}).functions;
    expect(config).toMatchObject({
      timeoutMs: 3000,
      memoryMb: 128,
      variables: {},
      zipFile: '/repo/dist/f.zip',
      version: '$LATEST',
    });
  });

  it('takes the environment as a block or as a list of one', () => {
    const environment = { variables: { A: 'a' } };
    expect(catalog({ environment }).functions[0]?.variables).toEqual({ A: 'a' });
    expect(catalog({ environment: [environment] }).functions[0]?.variables).toEqual({ A: 'a' });
  });

  it.each([
    [{ runtime: 'python3.13' }, 'aws_lambda_function.f.runtime'],
    [{ timeout: 901 }, 'aws_lambda_function.f.timeout'],
    [{ package_type: 'Image' }, 'aws_lambda_function.f.package_type'],
    [{ environment: { variables: { A: 1 } } }, 'aws_lambda_function.f.environment'],
    [{ handler: 'index' }, 'aws_lambda_function.f.handler'],
  ])('refuses %j', (changes, path) => expect(() => catalog(changes)).toThrow(path));

  it('refuses a function whose log group is not there, since nobody would make it on AWS', () => {
    expect(() => catalog({ function_name: 'g' })).toThrow(
      'resource.aws_lambda_function.f: writes its log to /aws/lambda/g, which no aws_cloudwatch_log_group makes',
    );
  });

  it('refuses an alias of nothing', () => {
    expect(() => catalog({}, { function_version: '1' })).toThrow('aws_lambda_alias.live');
    expect(() => catalog({}, { function_version: '$LATEST', function_name: 'g' })).toThrow('aws_lambda_alias.live');
    expect(catalog({}, { function_version: '$LATEST' }).find('f:live')?.target.executedVersion).toBe('$LATEST');
  });
});
