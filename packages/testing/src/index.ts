export { aCaller } from './callers.ts';
export { type FakeAws, fakeAwsError, fakeAwsSuccess, type SeenRequest, startFakeAws } from './fake-aws.ts';
export { httpApiEvent, lambdaContext, restEvent, type TestRequest } from './gateway-events.ts';
export { meteredDynamoDb } from './metered-dynamodb.ts';
export { startTestSqs, type TestSqs } from './queues.ts';
export { type RecordedTelemetry, recordTelemetry } from './recorder.ts';
export { createTestSigner, type TestSigner } from './signer.ts';
export { followTestTable } from './streams.ts';
export { createTestTable, testDynamoDb } from './tables.ts';
