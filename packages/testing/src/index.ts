export { awsCliIsInstalled } from './aws-cli.ts';
export { aCaller } from './callers.ts';
export { type Certificate, createCertificate } from './certificate.ts';
export { testCursors } from './cursors.ts';
export { type FakeAws, fakeAwsError, fakeAwsSuccess, type SeenRequest, startFakeAws } from './fake-aws.ts';
export { httpApiEvent, lambdaContext, restEvent, type TestRequest } from './gateway-events.ts';
export { HOSTILE_PATHS } from './hostile-paths.ts';
export {
  type Interception,
  type Interceptor,
  interceptedDynamoDb,
} from './intercepted-dynamodb.ts';
export { Interleaver } from './interleaver.ts';
export { anIssuer } from './issuers.ts';
export { type TestKms, testKms } from './kms.ts';
export { accessClaims, aSignIn, newUser } from './logins.ts';
export { METERED, meteredDynamoDb } from './metered-dynamodb.ts';
export { type PageBlock, type PageRun, type PageStep, pageBlocks, type RunStep, runPage } from './page-commands.ts';
export { type RecordedTelemetry, recordTelemetry } from './recorder.ts';
export type { SentCommand } from './sent-command.ts';
export { aCreation, aPolicy, STORE_RULES } from './sessions.ts';
export { createTestSigner, type TestAlgorithm, type TestSigner } from './signer.ts';
export { createTestTable, testDynamoDb } from './tables.ts';
export { markByWebApp, signInAtWebApp } from './web-sessions.ts';
