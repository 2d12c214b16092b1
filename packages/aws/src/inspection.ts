import { APIGatewayClient } from '@aws-sdk/client-api-gateway';
import { ApiGatewayV2Client } from '@aws-sdk/client-apigatewayv2';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { SNSClient } from '@aws-sdk/client-sns';

/** What whoever looks at a deployment asks. Apart from what operators need each day, since these take a while to load. */
export interface InspectionClients {
  /** HTTP and WebSocket APIs. */
  readonly gateway: ApiGatewayV2Client;
  /** REST APIs. */
  readonly restGateway: APIGatewayClient;
  readonly lambda: LambdaClient;
  readonly sns: SNSClient;
}

/** With the credentials of the environment. API Gateway allows few questions a second, so they wait for their turn. */
export function createInspectionClients({ region }: { readonly region: string }): InspectionClients {
  const options = { region, maxAttempts: 8 };
  return {
    gateway: new ApiGatewayV2Client(options),
    restGateway: new APIGatewayClient(options),
    lambda: new LambdaClient(options),
    sns: new SNSClient(options),
  };
}
