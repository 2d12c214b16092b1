export type { Client, ClientOptions, FetchOptions, SignedOutReason, SignInOptions } from './client.ts';
export { type ClientErrorCode, CloakroomClientError } from './client-error.ts';
export { createClient } from './create-client.ts';
export type { Session } from './session.ts';
export { StepUpRequiredError } from './step-up.ts';
