import { Apigatewayv2Api } from '@cdktf/provider-aws/lib/apigatewayv2-api/index.js';
import { Apigatewayv2ApiMapping } from '@cdktf/provider-aws/lib/apigatewayv2-api-mapping/index.js';
import { Apigatewayv2Authorizer } from '@cdktf/provider-aws/lib/apigatewayv2-authorizer/index.js';
import { Apigatewayv2Integration } from '@cdktf/provider-aws/lib/apigatewayv2-integration/index.js';
import { Apigatewayv2Route } from '@cdktf/provider-aws/lib/apigatewayv2-route/index.js';
import type { Apigatewayv2Stage } from '@cdktf/provider-aws/lib/apigatewayv2-stage/index.js';
import type { LambdaAlias } from '@cdktf/provider-aws/lib/lambda-alias/index.js';
import type { LambdaPermission } from '@cdktf/provider-aws/lib/lambda-permission/index.js';
import { Construct } from 'constructs';
import type { Domain } from '../domain/domain.ts';
import { fixedId } from '../fixed-id.ts';
import { permitInvoke } from '../lambda/invoke-permission.ts';
import { NEW_BEFORE_OLD, type Protection, protectedLifecycle } from '../protection.ts';
import { corsFor } from './cors.ts';
import { RouteKey } from './route-key.ts';
import { assertThrottledRoutesExist, type RouteThrottles, throttleOf } from './route-throttles.ts';
import { createStage, type RouteThrottle, type StageProps } from './stage.ts';

/** Who serves a route, and whether the authorizer is asked first. */
export interface ApiRoute {
  /** Names the function in addresses. */
  readonly function: string;
  readonly alias: LambdaAlias;
  readonly authorization: 'CUSTOM' | 'NONE';
}

export interface HttpApiProps extends Omit<StageProps, 'apiId' | 'routeThrottles' | 'throttle'> {
  readonly throttle: RouteThrottles;
  /** By route key: `GET /users/{userId}/events`. */
  readonly routes: Readonly<Record<string, ApiRoute>>;
  readonly authorizer: LambdaAlias;
  /** Exact origins of the pages that may call with credentials. */
  readonly allowedOrigins: readonly string[];
  /** Whether clients may come by API Gateway's own address too. Off where they come by a domain that has rules of its own. */
  readonly hasDefaultAddress: boolean;
  /** Which leads to this API, beside that address or in place of it. */
  readonly domain?: Pick<Domain, 'name' | 'ready'> | undefined;
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
 * @throws Error              when a route key is not `METHOD /path`
 * @throws ConfigurationError when a throttle names a route that is not there
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
      // Its own address goes when all else of the domain is there, and comes back before any of that goes.
      ...(props.domain === undefined ? {} : { dependsOn: props.domain.ready }),
    });
    fixedId(this.#api, id);
    this.url = this.#api.apiEndpoint;
    this.apiId = this.#api.id;
    const { authorizer, permission } = this.#addAuthorizer(props.authorizer);
    this.authorizerId = authorizer.id;
    const integrations = this.#addIntegrations(props.routes);
    assertThrottledRoutesExist(props.throttle, Object.keys(props.routes));
    const routeThrottles: RouteThrottle[] = [];
    for (const { key, route } of routes) {
      const added = this.#addRoute(key, route, {
        target: `integrations/${integrations.get(route.function)?.id}`,
        authorizationType: route.authorization,
        ...(route.authorization === 'CUSTOM' ? { authorizerId: authorizer.id, permissions: [permission] } : {}),
      });
      const throttle = throttleOf(props.throttle, key.text, route.authorization);
      if (throttle !== undefined) routeThrottles.push({ routeKey: added.routeKey, throttle });
    }
    const { stage, accessLogName } = createStage(this, id, { ...props, apiId: this.#api.id, routeThrottles });
    this.accessLogName = accessLogName;
    if (props.domain !== undefined) this.#map(id, props.domain, stage);
  }

  #map(id: string, { name }: Pick<Domain, 'name'>, stage: Apigatewayv2Stage): void {
    const mapping = new Apigatewayv2ApiMapping(this, 'mapping', {
      apiId: this.#api.id,
      domainName: name,
      stage: stage.name,
    });
    fixedId(mapping, id);
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
      // So Terraform takes the setting of a route that goes out of the stage before the route, and not after it.
      ...NEW_BEFORE_OLD,
    });
    return fixedId(added, key.slug);
  }
}
