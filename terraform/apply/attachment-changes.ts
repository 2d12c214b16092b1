import type {
  PutMethodCommandInput,
  CreateAuthorizerCommandInput as RestAuthorizerInput,
} from '@aws-sdk/client-api-gateway';
import type { Cors, CreateAuthorizerCommandInput, CreateRouteCommandInput } from '@aws-sdk/client-apigatewayv2';

export const ACCOUNT = '123456789012';
export const REGION = 'eu-central-1';
export const AUTHORIZER = 'cloakroom-dev-authorizer';

/** What API Gateway invokes. */
export function uriOf(target: string, account = ACCOUNT): string {
  const functionArn = `arn:aws:lambda:${REGION}:${account}:function:${target}`;
  return `arn:aws:apigateway:${REGION}:lambda:path/2015-03-31/functions/${functionArn}/invocations`;
}

/** A permission for an authorizer of an API; `null`: none. */
export type Permission = { readonly qualifier?: 'live' | null; readonly sourceArn?: string | null } | null;

/** In what an HTTP or WebSocket API differs from a right one. */
export interface V2Changes {
  readonly authorizer?: Partial<CreateAuthorizerCommandInput> | null;
  readonly permission?: Permission;
  /** By route key. `null`: there is no such route. */
  readonly routes?: Readonly<Record<string, Partial<CreateRouteCommandInput> | null>>;
  readonly cors?: Cors;
  /** How the stage is deployed, and what happens after that. Default: by itself. `null`: there is no stage. */
  readonly deployment?: 'automatic' | 'none' | { readonly routeAfter: string } | null;
}

/** In what a REST API differs from a right one. */
export interface RestChanges {
  readonly authorizer?: Partial<RestAuthorizerInput> | null;
  readonly permission?: Permission;
  readonly method?: Partial<PutMethodCommandInput>;
  /** A method that is made after the deployment. */
  readonly methodAfter?: string;
  /** The time to live of the authorizer, set after the deployment. */
  readonly ttlAfter?: number;
  readonly isCached?: boolean;
}
