import { Apigatewayv2Api } from '@cdktf/provider-aws/lib/apigatewayv2-api/index.js';
import { Apigatewayv2Authorizer } from '@cdktf/provider-aws/lib/apigatewayv2-authorizer/index.js';
import { Apigatewayv2Integration } from '@cdktf/provider-aws/lib/apigatewayv2-integration/index.js';
import { Apigatewayv2Route } from '@cdktf/provider-aws/lib/apigatewayv2-route/index.js';
import type { LambdaAlias } from '@cdktf/provider-aws/lib/lambda-alias/index.js';
import type { LambdaPermission } from '@cdktf/provider-aws/lib/lambda-permission/index.js';
import { Construct } from 'constructs';
import { fixedId } from '../fixed-id.ts';
import { permitInvoke } from '../lambda/invoke-permission.ts';
import { type Protection, protectedLifecycle } from '../protection.ts';
import { corsFor } from './cors.ts';
import { RouteKey } from './route-key.ts';
import { createStage, type StageProps } from './stage.ts';

/** Who serves a route, and whether the authorizer is asked first. */
export interface ApiRoute {
  /** Names the function in addresses. */
  readonly function: string;
  readonly alias: LambdaAlias;
  readonly authorization: 'CUSTOM' | 'NONE';
}

export interface HttpApiProps extends Omit<StageProps, 'apiId' | 'publicRouteKeys'> {
  /** By route key: `GET /users/{userId}/events`. */
  readonly routes: Readonly<Record<string, ApiRoute>>;
  readonly authorizer: LambdaAlias;
  /** Exact origins of the pages that may call with credentials. */
  readonly allowedOrigins: readonly string[];
  /** Whether clients may come by API Gateway's own address too. Off where they come by a domain that has rules of its own. */
  readonly hasDefaultAddress: boolean;
  readonly protection: Pick<Protection, 'preventDestroy'>;
}

interface RouteConfig {
  readonly target: string;
  readonly authorizationType: string;
  readonly authorizerId?: string;
  /** What must be permitted besides the invocation of its function. */
  readonly permissions?: readonly LambdaPermission[];
}

/**
 * An HTTP API in front of the functions, `aws_apigatewayv2_api.<id>`: payload 2.0, one integration for each function, one
 * route and one Lambda permission for each route key, and an authorizer whose answers are never cached.
 *
 * @throws Error when a route key is not `METHOD /path`
 */
export class HttpApi extends Construct {
  /** `https://…`, without a slash at the end. */
  readonly url: string;
  readonly apiId: string;
  readonly authorizerId: string;
  readonly accessLogName: string;
  readonly #api: Apigatewayv2Api;

  constructor(scope: Construct, id: string, props: HttpApiProps) {
    super(scope, id);
    const routes = Object.entries(props.routes).map(([text, route]) => ({ key: new RouteKey(text), route }));
    this.#api = new Apigatewayv2Api(this, 'this', {
      name: props.name,
      protocolType: 'HTTP',
      disableExecuteApiEndpoint: !props.hasDefaultAddress,
      corsConfiguration: corsFor(
        props.allowedOrigins,
        routes.map(({ key }) => key.method),
      ),
      ...protectedLifecycle(props.protection),
    });
    fixedId(this.#api, id);
    this.url = this.#api.apiEndpoint;
    this.apiId = this.#api.id;
    const { authorizer, permission } = this.#addAuthorizer(props.authorizer);
    this.authorizerId = authorizer.id;
    const integrations = this.#addIntegrations(props.routes);
    const publicRouteKeys: string[] = [];
    for (const { key, route } of routes) {
      const added = this.#addRoute(key, route, {
        target: `integrations/${integrations.get(route.function)?.id}`,
        authorizationType: route.authorization,
        ...(route.authorization === 'CUSTOM' ? { authorizerId: authorizer.id, permissions: [permission] } : {}),
      });
      if (route.authorization === 'NONE') publicRouteKeys.push(added.routeKey);
    }
    this.accessLogName = createStage(this, id, { ...props, apiId: this.#api.id, publicRouteKeys });
  }

  #addAuthorizer(alias: LambdaAlias): { authorizer: Apigatewayv2Authorizer; permission: LambdaPermission } {
    const authorizer = new Apigatewayv2Authorizer(this, 'authorizer', {
      apiId: this.#api.id,
      name: 'session',
      authorizerType: 'REQUEST',
      authorizerUri: alias.invokeArn,
      authorizerPayloadFormatVersion: '2.0',
      enableSimpleResponses: true,
      // A cached allow outlives a revoke, and opens every route with the same identity source. So: no cache, and no
      // identity source either, since API Gateway refuses a request that lacks one, and ours come with one of two.
      authorizerResultTtlInSeconds: 0,
    });
    fixedId(authorizer, 'session');
    const permission = permitInvoke(this, 'authorizer', {
      alias,
      principal: 'apigateway.amazonaws.com',
      sourceArn: `${this.#api.executionArn}/authorizers/${authorizer.id}`,
    });
    return { authorizer, permission };
  }

  #addIntegrations(routes: HttpApiProps['routes']): ReadonlyMap<string, Apigatewayv2Integration> {
    const integrations = new Map<string, Apigatewayv2Integration>();
    for (const { function: name, alias } of Object.values(routes)) {
      if (integrations.has(name)) continue;
      const integration = new Apigatewayv2Integration(this, `integration-${name}`, {
        apiId: this.#api.id,
        integrationType: 'AWS_PROXY',
        integrationMethod: 'POST',
        integrationUri: alias.invokeArn,
        payloadFormatVersion: '2.0',
      });
      integrations.set(name, fixedId(integration, name));
    }
    return integrations;
  }

  #addRoute(key: RouteKey, route: ApiRoute, { permissions = [], ...config }: RouteConfig): Apigatewayv2Route {
    const permission = permitInvoke(this, key.slug, {
      alias: route.alias,
      principal: 'apigateway.amazonaws.com',
      sourceArn: key.sourceArn(this.#api.executionArn),
    });
    const added = new Apigatewayv2Route(this, `route-${key.slug}`, {
      apiId: this.#api.id,
      routeKey: key.text,
      ...config,
      // A route is live as soon as it is there. One that moves to another function answers 500 while that is not permitted.
      dependsOn: [permission, ...permissions],
    });
    return fixedId(added, key.slug);
  }
}
