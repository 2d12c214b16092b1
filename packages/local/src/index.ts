export { type DynamoDbLocal, startDynamoDbLocal } from './dynamodb/start-dynamodb-local.ts';
export { freePort } from './free-port.ts';
export type { FunctionTarget, InvokeResult, LambdaService } from './lambda/lambda-service.ts';
export { arnMatches, type InvokeAttempt, isInvokeAllowed } from './lambda/permissions.ts';
export type { LogEvent, LogStore } from './logs/log-store.ts';
export { blocks } from './stack/blocks.ts';
export { COMPUTED_ATTRIBUTES } from './stack/computed-attributes.ts';
export type { ResolvedResource, ResolvedStack } from './stack/resolved-stack.ts';
