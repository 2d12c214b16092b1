/** What a metric has in a period. Several values are several measurements. */
export interface Sample {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: Readonly<Record<string, string>>;
  readonly values: readonly number[];
}

/** When an alarm rings, and when it must not: written apart from the alarms, so that each of their numbers stands twice. */
export interface AlarmCase {
  /** So many periods in a row, of so many seconds. */
  readonly periods: readonly [count: number, seconds: number];
  /** What makes it ring when every one of the periods has it, by why. */
  readonly fires: Readonly<Record<string, readonly Sample[]>>;
  /** What must not, however long it goes on: the nearest value, and what is like it. */
  readonly quiet: Readonly<Record<string, readonly Sample[]>>;
}

type Values = number | readonly number[];

function sample(namespace: string, name: string, dimensions: Sample['dimensions'], values: Values): Sample {
  return { namespace, name, dimensions, values: typeof values === 'number' ? [values] : values };
}
const own = (service: string, name: string, values: Values, by: Sample['dimensions'] = {}) =>
  sample('cloakroom-prod', name, { service, ...by }, values);
const lambda = (name: string, metric: string, values: Values) =>
  sample('AWS/Lambda', metric, { FunctionName: `cloakroom-prod-${name}` }, values);
const queue = (name: string, metric: string, values: Values) =>
  sample('AWS/SQS', metric, { QueueName: `cloakroom-prod-${name}` }, values);
const table = (name: string, metric: string, values: Values) =>
  sample('AWS/DynamoDB', metric, { TableName: `cloakroom-prod-${name}` }, values);

const signIns = (made: number, existing: number, refused: number, failed: number) => [
  own('create-session', 'SessionsCreated', made),
  own('create-session', 'SessionsExisting', existing),
  own('create-session', 'SessionsRefused', refused),
  own('create-session', 'SessionsFailed', failed),
];
/** As the token handler counts them: in all, and by reason. */
const refreshes = (confirmed: number, failed: number, reason: string) => [
  own('token-handler', 'TicketsRefreshed', confirmed),
  own('token-handler', 'RefreshFailed', failed),
  own('token-handler', 'RefreshFailed', failed, { reason }),
];
const backchannel = (outcome: string, count: number) => [
  own('backchannel-logout', 'BackchannelLogouts', count),
  own('backchannel-logout', 'BackchannelLogouts', count, { outcome }),
];
const decisions = (allowed: number, denied: number, unauthorized: number) => [
  own('authorizer', 'AuthorizerAllowed', allowed),
  own('authorizer', 'AuthorizerDenied', denied),
  own('authorizer', 'AuthorizerUnauthorized', unauthorized),
];
const many = (count: number, value: number) => Array.from({ length: count }, () => value);

const MINUTE = 60;
const FIVE_MINUTES = 300;
const QUARTER = 900;

/** One for each alarm, by its id; at an API of this id. */
export const alarmCases = (ApiId: string): Readonly<Record<string, AlarmCase>> => ({
  'authorizer-errors': {
    periods: [3, MINUTE],
    fires: {
      'cannot decide': [own('authorizer', 'AuthorizerErrors', 6), lambda('authorizer', 'Errors', 6)],
      'is cut off': [lambda('authorizer', 'Errors', 6)],
      'is cut off in a flood of bad tokens': [
        lambda('authorizer', 'Errors', 906),
        own('authorizer', 'AuthorizerUnauthorized', 900),
      ],
    },
    quiet: {
      'the nearest': [own('authorizer', 'AuthorizerErrors', 5), lambda('authorizer', 'Errors', 5)],
      'a flood of bad tokens': [lambda('authorizer', 'Errors', 900), own('authorizer', 'AuthorizerUnauthorized', 900)],
      'keys not yet known': [lambda('authorizer', 'Errors', 900), own('authorizer', 'KeyNotYetKnown', 900)],
      'one of one': [own('authorizer', 'AuthorizerErrors', 1), lambda('authorizer', 'Errors', 1)],
    },
  },
  'denied-rate': {
    periods: [2, FIVE_MINUTES],
    fires: {
      'more than half': decisions(49, 30, 21),
      'all, and nothing else is written': [own('authorizer', 'AuthorizerDenied', 100)],
    },
    quiet: {
      'the nearest': decisions(50, 30, 20),
      'all of few': decisions(0, 98, 1),
      'one of one': decisions(0, 0, 1),
    },
  },
  'key-set-age': {
    periods: [1, QUARTER],
    fires: { 'an old one': [own('refresh-keys', 'KeySetAge', [60, 3601])] },
    quiet: { 'the nearest': [own('refresh-keys', 'KeySetAge', [3600, 60])] },
  },
  'api-errors': {
    periods: [1, FIVE_MINUTES],
    fires: { answers: [sample('AWS/ApiGateway', '5xx', { ApiId }, 6)] },
    quiet: {
      'the nearest': [sample('AWS/ApiGateway', '5xx', { ApiId }, 5)],
      'other answers': [sample('AWS/ApiGateway', '4xx', { ApiId }, 500)],
    },
  },
  'authorizer-latency': {
    periods: [3, FIVE_MINUTES],
    fires: {
      'all slow': [lambda('authorizer', 'Duration', 1001)],
      'two in a hundred': [lambda('authorizer', 'Duration', [...many(98, 20), 3000, 3000])],
    },
    quiet: {
      'the nearest': [lambda('authorizer', 'Duration', 1000)],
      'one in two hundred': [lambda('authorizer', 'Duration', [...many(199, 20), 3000])],
    },
  },
  'queue-age': {
    periods: [1, FIVE_MINUTES],
    fires: { old: [queue('events', 'ApproximateAgeOfOldestMessage', [1, 601])] },
    quiet: {
      'the nearest': [queue('events', 'ApproximateAgeOfOldestMessage', 600)],
      'dead letters': [queue('events-dlq', 'ApproximateAgeOfOldestMessage', 9999)],
    },
  },
  'stream-age': {
    periods: [1, FIVE_MINUTES],
    fires: { old: [lambda('record-changes', 'IteratorAge', [0, 300_001])] },
    quiet: { 'the nearest': [lambda('record-changes', 'IteratorAge', 300_000)] },
  },
  'dead-letters': {
    periods: [1, FIVE_MINUTES],
    fires: {
      'an event': [queue('events-dlq', 'ApproximateNumberOfMessagesVisible', 1)],
      'a change': [queue('changes-dlq', 'ApproximateNumberOfMessagesVisible', 1)],
    },
    quiet: {
      'the nearest': [
        queue('events-dlq', 'ApproximateNumberOfMessagesVisible', 0),
        queue('changes-dlq', 'ApproximateNumberOfMessagesVisible', 0),
      ],
      'events that wait': [queue('events', 'ApproximateNumberOfMessagesVisible', 1000)],
    },
  },
  'function-throttles': {
    periods: [1, FIVE_MINUTES],
    fires: { 'of two functions': [lambda('authorizer', 'Throttles', 6), lambda('health', 'Throttles', 5)] },
    quiet: {
      'the nearest': [lambda('authorizer', 'Throttles', 6), lambda('health', 'Throttles', 4)],
      'of what nobody waits for': [lambda('store-event', 'Throttles', 1000)],
    },
  },
  'table-throttles': {
    periods: [1, FIVE_MINUTES],
    fires: {
      'of both tables': [table('sessions', 'ReadThrottleEvents', 6), table('events', 'WriteThrottleEvents', 5)],
      'of both kinds': [table('sessions', 'WriteThrottleEvents', 6), table('events', 'ReadThrottleEvents', 5)],
    },
    quiet: { 'the nearest': [table('sessions', 'ReadThrottleEvents', 6), table('events', 'WriteThrottleEvents', 4)] },
  },
  'sign-in-success': {
    periods: [2, FIVE_MINUTES],
    fires: {
      'less than four in five': signIns(10, 5, 4, 1),
      'nobody at all': [own('create-session', 'SessionsFailed', 20)],
    },
    quiet: {
      'the nearest': signIns(10, 6, 3, 1),
      'all of few': signIns(0, 0, 10, 9),
      'one of one': signIns(0, 0, 1, 0),
    },
  },
  'sign-in-completion': {
    periods: [2, QUARTER],
    fires: {
      'less than half': [own('token-handler', 'SignInStarted', 20), own('token-handler', 'SignInCompleted', 9)],
      'nobody at all': [own('token-handler', 'SignInStarted', 20)],
    },
    quiet: {
      'the nearest': [own('token-handler', 'SignInStarted', 20), own('token-handler', 'SignInCompleted', 10)],
      'none of few': [own('token-handler', 'SignInStarted', 19)],
      'none of one': [own('token-handler', 'SignInStarted', 1)],
    },
  },
  'refresh-failures': {
    periods: [2, FIVE_MINUTES],
    fires: {
      'no answer': refreshes(15, 5, 'unavailable'),
      refused: refreshes(15, 5, 'refused'),
      'all of them': refreshes(0, 20, 'refused'),
    },
    quiet: {
      'the nearest': refreshes(16, 4, 'unavailable'),
      'people who are out': refreshes(0, 100, 'ended'),
      'all of few': refreshes(0, 19, 'unavailable'),
      'one of one': refreshes(0, 1, 'unavailable'),
    },
  },
  'credential-refreshes': {
    periods: [1, FIVE_MINUTES],
    fires: {
      'of two functions': [own('authorizer', 'CredentialRefresh', 6), own('store-event', 'CredentialRefresh', 5)],
    },
    quiet: { 'the nearest': [own('authorizer', 'CredentialRefresh', 6), own('store-event', 'CredentialRefresh', 4)] },
  },
  'reuse-detected': {
    periods: [1, FIVE_MINUTES],
    fires: { one: [own('token-handler', 'ReuseDetected', 1)] },
    quiet: { 'the nearest': [own('token-handler', 'ReuseDetected', 0)] },
  },
  revocations: {
    periods: [1, FIVE_MINUTES],
    fires: {
      'one by one': [own('sessions-api', 'SessionsRevoked', many(101, 1))],
      'at once': [own('sessions-api', 'SessionsRevoked', 101)],
    },
    quiet: {
      'the nearest': [own('sessions-api', 'SessionsRevoked', 100)],
      'sign-outs': [own('token-handler', 'SessionsEnded', 1000)],
    },
  },
  'refused-tokens': {
    periods: [1, FIVE_MINUTES],
    fires: {
      'by both': [own('authorizer', 'AuthorizerUnauthorized', 600), own('create-session', 'HttpUnauthorized', 401)],
    },
    quiet: {
      'the nearest': [own('authorizer', 'AuthorizerUnauthorized', 600), own('create-session', 'HttpUnauthorized', 400)],
      'one of one': [own('authorizer', 'AuthorizerUnauthorized', 1)],
    },
  },
  'backchannel-failures': {
    periods: [1, FIVE_MINUTES],
    fires: { one: backchannel('failed', 1) },
    quiet: {
      'the nearest': backchannel('failed', 0),
      'bad tokens': backchannel('refused', 1000),
      'good ones': backchannel('ended', 1000),
    },
  },
});
