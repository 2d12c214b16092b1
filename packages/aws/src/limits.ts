/** A new connection within a region takes milliseconds; one second covers the loss of its first packet. */
export const CONNECTION_TIMEOUT_MS = 1000;

/** In all, as in the SDK's standard mode: throttling, 5xx, timeouts, failed connections. */
export const MAX_ATTEMPTS = 3;

/**
 * For one attempt, connecting included. The authorizer has 10 s in all (API Gateway). Three attempts of 2 s leave room for the
 * rest of its work; a read or a transaction of a few items takes less than 50 ms when DynamoDB is well.
 */
export const DYNAMODB_TIMEOUT_MS = 2000;

/** For one attempt, connecting included. */
export const STS_TIMEOUT_MS = 3000;
