import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { blocksOf } from '../../testing/blocks-of.ts';
import { folderWith, runIn, withFrameworks } from './in-folder.ts';
import { onlyOf, permissionsOn, type Template } from './template.ts';

const page = blocksOf('your-own-api/sam-serverless-cdk.md', 'ts').find((block) => block.startsWith('import')) ?? '';
const AUTHORIZER = 'arn:aws:lambda:eu-central-1:123456789012:function:cloakroom-prod-authorizer:live';
const ROOT = join(import.meta.dirname, '../../..');
const COMPILER_OPTIONS = {
  module: 'nodenext',
  target: 'es2024',
  strict: true,
  noEmit: true,
  types: [],
  skipLibCheck: true,
};

function appWith(code: string): string {
  const tsconfig = JSON.stringify({ compilerOptions: COMPILER_OPTIONS, files: ['app.ts'] });
  return withFrameworks(
    folderWith({
      'app.ts': code,
      'src/orders.mjs': '',
      'package.json': '{"type":"module"}',
      'tsconfig.json': tsconfig,
    }),
  );
}

async function synthesized(code: string): Promise<Template> {
  const folder = appWith(code);
  await runIn(folder, [process.execPath, 'app.ts'], { CDK_OUTDIR: 'out' });
  return JSON.parse(readFileSync(join(folder, 'out/Orders.template.json'), 'utf8'));
}

describe("the page's app of AWS CDK", () => {
  let template: Template;
  beforeAll(async () => {
    template = await synthesized(page);
  });

  it('passes the compiler', async () => {
    const compiler = join(ROOT, 'node_modules/.bin/tsc');
    expect(await runIn(appWith(page), [compiler, '-p', '.'])).toBe('');
    const broken = page.replace('resultsCacheTtl', 'resultsCacheTTL');
    await expect(runIn(appWith(broken), [compiler, '-p', '.'])).rejects.toThrow('resultsCacheTTL');
  });

  it('asks the authorizer of an HTTP API each time, whatever comes, in its own language', () => {
    const { AuthorizerUri, ...authorizer } = onlyOf(template, 'AWS::ApiGatewayV2::Authorizer');
    expect(authorizer).toMatchObject({
      AuthorizerType: 'REQUEST',
      AuthorizerPayloadFormatVersion: '2.0',
      AuthorizerResultTtlInSeconds: 0,
      EnableSimpleResponses: true,
      IdentitySource: [],
    });
    expect(JSON.stringify(AuthorizerUri)).toContain(`functions/${AUTHORIZER}/invocations`);
    expect(onlyOf(template, 'AWS::ApiGatewayV2::Route')).toMatchObject({
      RouteKey: 'GET /orders',
      AuthorizationType: 'CUSTOM',
    });
  });

  it('asks the authorizer of a REST API each time, by a source that no request lacks', () => {
    const { AuthorizerUri, ...authorizer } = onlyOf(template, 'AWS::ApiGateway::Authorizer');
    expect(authorizer).toMatchObject({
      Type: 'REQUEST',
      AuthorizerResultTtlInSeconds: 0,
      IdentitySource: 'context.identity.sourceIp',
    });
    expect(JSON.stringify(AuthorizerUri)).toContain(`functions/${AUTHORIZER}/invocations`);
    expect(onlyOf(template, 'AWS::ApiGateway::Method')).toMatchObject({ AuthorizationType: 'CUSTOM' });
  });

  it('makes no permission for the authorizer, which CDK would by itself', async () => {
    expect(permissionsOn(template, AUTHORIZER)).toEqual([]);
    const byItself = await synthesized(page.replace(/ +sameEnvironment: false,.*\n/, ''));
    expect(permissionsOn(byItself, AUTHORIZER)).toHaveLength(2);
  });

  it('would cache for five minutes, and demand a header, unless told otherwise', async () => {
    const byItself = await synthesized(page.replace(/ +resultsCacheTtl: .*\n +identitySource: \[\],\n/, ''));
    expect(onlyOf(byItself, 'AWS::ApiGatewayV2::Authorizer')).toMatchObject({
      AuthorizerResultTtlInSeconds: 300,
      IdentitySource: ['$request.header.Authorization'],
    });
  });
});
