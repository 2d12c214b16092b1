import {
  APIGatewayClient,
  CreateResourceCommand,
  CreateRestApiCommand,
  CreateAuthorizerCommand as CreateRestAuthorizerCommand,
  CreateDeploymentCommand as CreateRestDeploymentCommand,
  GetResourcesCommand,
  PutIntegrationCommand,
  PutMethodCommand,
  type PutMethodCommandInput,
  UpdateAuthorizerCommand,
  UpdateStageCommand as UpdateRestStageCommand,
} from '@aws-sdk/client-api-gateway';
import {
  ApiGatewayV2Client,
  CreateApiCommand,
  CreateApiMappingCommand,
  CreateAuthorizerCommand,
  type CreateAuthorizerCommandInput,
  CreateDeploymentCommand,
  CreateDomainNameCommand,
  CreateRouteCommand,
  type CreateRouteCommandInput,
  CreateStageCommand,
} from '@aws-sdk/client-apigatewayv2';
import { CreateRoleCommand, IAMClient } from '@aws-sdk/client-iam';
import {
  AddPermissionCommand,
  CreateAliasCommand,
  CreateFunctionCommand,
  LambdaClient,
  PublishVersionCommand,
} from '@aws-sdk/client-lambda';
import { SNSClient } from '@aws-sdk/client-sns';
import { CreateQueueCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { zipSync } from 'fflate';

import {
  ACCOUNT,
  AUTHORIZER,
  type Permission,
  REGION,
  type RestChanges,
  uriOf,
  type V2Changes,
} from './attachment-changes.ts';

/** As many as a test needs of a kind are told apart by their ids alone. */
const NAME = 'theirs';

/** Whoever makes APIs in an emulated account, each right but for what is named. */
export class AttachmentMaker {
  readonly sns: SNSClient;
  readonly #gateway: ApiGatewayV2Client;
  readonly #rest: APIGatewayClient;
  readonly #lambda: LambdaClient;
  readonly #iam: IAMClient;
  readonly #sqs: SQSClient;

  constructor(endpoint: string) {
    const options = { endpoint, region: REGION, credentials: { accessKeyId: 'test', secretAccessKey: 'test' } };
    this.#gateway = new ApiGatewayV2Client(options);
    this.#rest = new APIGatewayClient(options);
    this.#lambda = new LambdaClient(options);
    this.#iam = new IAMClient(options);
    this.#sqs = new SQSClient(options);
    this.sns = new SNSClient(options);
  }

  /** The function that all of them should ask: version 1 by its alias, and a newer one. */
  async makeFunction(): Promise<void> {
    const AssumeRolePolicyDocument = JSON.stringify({
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }],
    });
    const { Role } = await this.#iam.send(new CreateRoleCommand({ RoleName: AUTHORIZER, AssumeRolePolicyDocument }));
    const code = { ZipFile: zipSync({ 'index.mjs': new TextEncoder().encode('export const handler = () => {};') }) };
    const settings = { Runtime: 'nodejs22.x', Handler: 'index.handler', Role: Role?.Arn } as const;
    await this.#lambda.send(new CreateFunctionCommand({ FunctionName: AUTHORIZER, Code: code, ...settings }));
    for (const _ of ['1', '2']) await this.#lambda.send(new PublishVersionCommand({ FunctionName: AUTHORIZER }));
    await this.#lambda.send(new CreateAliasCommand({ FunctionName: AUTHORIZER, Name: 'live', FunctionVersion: '1' }));
  }

  /** A queue for messages of a topic. */
  async makeQueue(QueueName: string): Promise<{ readonly arn: string; received(): Promise<string> }> {
    const { QueueUrl } = await this.#sqs.send(new CreateQueueCommand({ QueueName }));
    return {
      arn: `arn:aws:sqs:${REGION}:${ACCOUNT}:${QueueName}`,
      received: async () => {
        const { Messages = [] } = await this.#sqs.send(new ReceiveMessageCommand({ QueueUrl }));
        return Messages.map(({ Body = '' }) => Body).join('\n');
      },
    };
  }

  async makeDomain(DomainName: string): Promise<void> {
    const CertificateArn = `arn:aws:acm:${REGION}:${ACCOUNT}:certificate/1`;
    const DomainNameConfigurations = [{ CertificateArn, EndpointType: 'REGIONAL', SecurityPolicy: 'TLS_1_2' } as const];
    await this.#gateway.send(
      new CreateDomainNameCommand({ DomainName, DomainNameConfigurations: [...DomainNameConfigurations] }),
    );
  }

  async mapDomain(DomainName: string, ApiId: string): Promise<void> {
    await this.#gateway.send(new CreateApiMappingCommand({ DomainName, ApiId, Stage: '$default' }));
  }

  /** Returns its id. */
  async http(changes: V2Changes = {}): Promise<string> {
    const form = {
      AuthorizerPayloadFormatVersion: '2.0',
      EnableSimpleResponses: true,
      AuthorizerResultTtlInSeconds: 0,
    };
    return this.#v2(
      'HTTP',
      '$default',
      { ...form, ...changes.authorizer },
      { 'GET /orders': {}, ...changes.routes },
      changes,
    );
  }

  /** Returns its id. */
  async websocket(changes: V2Changes = {}): Promise<string> {
    const others = { $default: { AuthorizationType: 'NONE', AuthorizerId: undefined } as const };
    return this.#v2(
      'WEBSOCKET',
      'prod',
      { ...changes.authorizer },
      { $connect: {}, ...others, ...changes.routes },
      changes,
    );
  }

  async #v2(
    ProtocolType: 'HTTP' | 'WEBSOCKET',
    StageName: string,
    form: Partial<CreateAuthorizerCommandInput>,
    routes: NonNullable<V2Changes['routes']>,
    { authorizer, permission = {}, cors, deployment = 'automatic' }: V2Changes,
  ): Promise<string> {
    const gateway = this.#gateway;
    const made = await gateway.send(
      new CreateApiCommand({
        Name: NAME,
        ProtocolType,
        CorsConfiguration: cors,
        RouteSelectionExpression: ProtocolType === 'HTTP' ? undefined : '$request.body.action',
      }),
    );
    const ApiId = made.ApiId ?? '';
    let AuthorizerId: string | undefined;
    if (authorizer !== null) {
      const base = {
        ApiId,
        Name: 'session',
        AuthorizerType: 'REQUEST',
        AuthorizerUri: uriOf(`${AUTHORIZER}:live`),
      } as const;
      const answer = await gateway.send(
        new CreateAuthorizerCommand({ ...base, IdentitySource: undefined, ...form } as CreateAuthorizerCommandInput),
      );
      AuthorizerId = answer.AuthorizerId;
      await this.permit(ApiId, AuthorizerId, permission);
    }
    const addRoute = async (RouteKey: string, differing: Partial<CreateRouteCommandInput>) => {
      const custom = AuthorizerId === undefined ? {} : ({ AuthorizationType: 'CUSTOM', AuthorizerId } as const);
      await gateway.send(new CreateRouteCommand({ ApiId, RouteKey, ...custom, ...differing }));
    };
    for (const [RouteKey, differing] of Object.entries(routes)) {
      if (differing !== null) await addRoute(RouteKey, differing);
    }
    if (deployment === null) return ApiId;
    await gateway.send(new CreateStageCommand({ ApiId, StageName, AutoDeploy: deployment === 'automatic' }));
    if (typeof deployment !== 'string') {
      await gateway.send(new CreateDeploymentCommand({ ApiId, StageName }));
      await addRoute(deployment.routeAfter, {});
    }
    return ApiId;
  }

  /** Returns its id. Its stage is `prod`. */
  async rest({
    authorizer,
    permission = {},
    method = {},
    methodAfter,
    ttlAfter,
    isCached,
  }: RestChanges = {}): Promise<string> {
    const rest = this.#rest;
    const { id: restApiId = '' } = await rest.send(new CreateRestApiCommand({ name: NAME }));
    const { items: [root] = [] } = await rest.send(new GetResourcesCommand({ restApiId }));
    const orders = await rest.send(new CreateResourceCommand({ restApiId, parentId: root?.id, pathPart: 'orders' }));
    let authorizerId: string | undefined;
    if (authorizer !== null) {
      const base = { restApiId, name: 'session', type: 'REQUEST', authorizerUri: uriOf(`${AUTHORIZER}:live`) } as const;
      const right = { identitySource: 'context.identity.sourceIp', authorizerResultTtlInSeconds: 0 };
      const made = await rest.send(new CreateRestAuthorizerCommand({ ...base, ...right, ...authorizer }));
      authorizerId = made.id;
      await this.permit(restApiId, authorizerId, permission);
    }
    const custom =
      authorizerId === undefined ? { authorizationType: 'NONE' } : { authorizationType: 'CUSTOM', authorizerId };
    const addMethod = async (httpMethod: string, differing: Partial<PutMethodCommandInput>) => {
      const place = { restApiId, resourceId: orders.id, httpMethod };
      await rest.send(new PutMethodCommand({ ...place, ...custom, ...differing }));
      await rest.send(new PutIntegrationCommand({ ...place, type: 'MOCK' }));
    };
    await addMethod('ANY', method);
    await addMethod('OPTIONS', { authorizationType: 'NONE', authorizerId: undefined });
    await rest.send(new CreateRestDeploymentCommand({ restApiId, stageName: 'prod' }));
    if (methodAfter !== undefined) await addMethod(methodAfter, {});
    if (ttlAfter !== undefined) {
      const patch = { op: 'replace', path: '/authorizerResultTtlInSeconds', value: String(ttlAfter) } as const;
      await rest.send(new UpdateAuthorizerCommand({ restApiId, authorizerId, patchOperations: [patch] }));
    }
    if (isCached) {
      const patchOperations = [
        { op: 'replace', path: '/cacheClusterEnabled', value: 'true' },
        { op: 'replace', path: '/*/*/caching/enabled', value: 'true' },
      ] as const;
      await rest.send(
        new UpdateRestStageCommand({ restApiId, stageName: 'prod', patchOperations: [...patchOperations] }),
      );
    }
    return restApiId;
  }

  /** Adds a permission for an authorizer of an API: `*` for all of them. */
  async permit(apiId: string, authorizerId: string | undefined, permission: Permission = {}): Promise<void> {
    if (permission === null) return;
    const { qualifier = 'live', sourceArn } = permission;
    const own = `arn:aws:execute-api:${REGION}:${ACCOUNT}:${apiId}/authorizers/${authorizerId}`;
    await this.#lambda.send(
      new AddPermissionCommand({
        FunctionName: AUTHORIZER,
        Qualifier: qualifier ?? undefined,
        StatementId: `of-${apiId}`,
        Action: 'lambda:InvokeFunction',
        Principal: 'apigateway.amazonaws.com',
        SourceArn: sourceArn === null ? undefined : (sourceArn ?? own),
      }),
    );
  }
}
