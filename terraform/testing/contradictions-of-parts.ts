import { ENVIRONMENTS } from '../environments/index.ts';
import { ATTACHED_APIS } from './attached-environment.ts';
import type { Contradiction } from './contradictions.ts';
import { EXISTING_NETWORK } from './every-field.ts';
import { OWN } from './own-environment.ts';
import { WEB_APPS } from './web-apps-environment.ts';

const { dev, prod } = ENVIRONMENTS;
const OTHER_ACCOUNT = '210987654321';

const ZONES = [
  { availabilityZone: 'eu-central-1a', cidrBlock: '10.30.0.0/22' },
  { availabilityZone: 'eu-west-1b', cidrBlock: '10.30.4.0/22' },
];

const own = (changes: object) => ({ ...prod, own: { ...OWN, ...changes } });
const functions = (settings: object) => ({ ...dev, functions: settings });
const provisioned = (settings: object) => functions({ authorizer: { provisionedConcurrency: settings } });

/** In what a stack is made of: network, accounts, APIs, routes, alarms, functions. */
export const CONTRADICTIONS_OF_PARTS: readonly Contradiction[] = [
  [
    'a table of another installation',
    { ...dev, tables: { sessions: 'shop-prod-sessions' } },
    'tables.sessions: must be cloakroom-dev-sessions, or that with the minute it was restored to, cloakroom-dev-sessions-202601311200',
  ],
  [
    'a tag that the stack has itself',
    { ...dev, tags: { Application: 'sessions' } },
    'tags.Application: application and environment are there already, by app and name',
  ],
  [
    'a zone of another region',
    { ...prod, region: 'eu-west-1', network: { cidrBlock: '10.30.0.0/20', subnets: ZONES } },
    'network.subnets: eu-central-1a is not in the region eu-west-1: take zones such as eu-west-1a',
  ],
  [
    'one zone',
    {
      ...prod,
      network: { ...prod.network, subnets: [{ availabilityZone: 'eu-central-1a', cidrBlock: '10.30.0.0/22' }] },
    },
    'network.subnets: must have at least 2 entries, and has 1',
  ],
  [
    'a network that is made and exists',
    { ...prod, network: { ...EXISTING_NETWORK, flowLogs: true } },
    'network.flowLogs: is of a network that is made, and vpcId says that it exists: leave this out, or vpcId and what belongs to it',
  ],
  [
    'an endpoint of DynamoDB in no route table',
    { ...prod, network: { ...EXISTING_NETWORK, routeTableIds: undefined } },
    'network: needs routeTableIds: the endpoint of DynamoDB is made in the route tables of all subnets',
  ],
  [
    'a key for logs of no account',
    { ...dev, customerLogKey: true },
    'customerLogKey needs accountId: the policy of the key names the account. Say which it is, or customerLogKey: false',
  ],
  [
    'a boundary of another account',
    { ...prod, permissionsBoundary: `arn:aws:iam::${OTHER_ACCOUNT}:policy/boundary` },
    'permissionsBoundary is of the account 210987654321, and not of accountId 123456789012: IAM takes its own alone. Name a policy of that account',
  ],
  [
    'APIs of no account',
    { ...dev, attachTo: ATTACHED_APIS },
    'attachTo needs accountId: the permission names the account of the APIs. Say which it is',
  ],
  [
    'an API that is of two kinds',
    { ...prod, attachTo: [ATTACHED_APIS[0], { ...ATTACHED_APIS[0], kind: 'rest', stage: 'live' }] },
    'attachTo: API h1t2t3p4a5 has two kinds, and an API is of one: leave the wrong entries out',
  ],
  [
    'an API that stands twice',
    { ...prod, attachTo: [ATTACHED_APIS[0], ATTACHED_APIS[0]] },
    'attachTo: API h1t2t3p4a5 stands twice with one stage: leave one of them out',
  ],
  [
    'an app that is nothing',
    { ...prod, webApps: [{}] },
    'webApps.0: must be { role } or { roleArn }, with scan: true where the app lists all sessions',
  ],
  [
    'the role of an app by its path',
    { ...prod, webApps: [{ role: 'team/shop-web' }] },
    'webApps.0.role: must be the name of a role; one with a path is named by roleArn (it is "team/shop-web")',
  ],
  [
    'a session of a role for the role of an app',
    { ...prod, webApps: [{ roleArn: 'arn:aws:sts::123456789012:assumed-role/shop-web/task' }] },
    'webApps.0.roleArn: must be the ARN of a role, such as arn:aws:iam::123456789012:role/shop-web (it is "arn:aws:sts::123456789012:assumed-role/shop-web/task")',
  ],
  [
    'too many apps',
    { ...dev, webApps: Array.from({ length: 21 }, (_, index) => ({ role: `web-${index}` })) },
    'webApps: must be at most 20 apps: let some share a role (it is 21)',
  ],
  [
    'a role of two apps',
    { ...prod, webApps: [{ role: 'shop-web' }, { roleArn: 'arn:aws:iam::123456789012:role/team/Shop-Web' }] },
    'webApps: the role Shop-Web stands twice: leave one of the entries out',
  ],
  [
    'roles of apps that Terraform cannot tell apart',
    { ...prod, webApps: [{ role: 'shop-web' }, { role: 'shop.web' }] },
    'webApps: shop-web and shop.web would be web_app_shop_web in Terraform, both: rename one of the roles',
  ],
  [
    "a function's role for that of an app",
    { ...prod, webApps: [{ role: 'cloakroom-prod-authorizer' }] },
    'webApps: cloakroom-prod-authorizer is a role of this stack: name the role of your web app, made elsewhere',
  ],
  [
    "the role of a function of one's own for that of an app",
    { ...prod, own: OWN, webApps: [{ role: 'cloakroom-prod-orders' }] },
    'webApps: cloakroom-prod-orders is a role of this stack: name the role of your web app, made elsewhere',
  ],
  [
    'a role of an app in no account',
    { ...dev, webApps: WEB_APPS },
    'webApps needs accountId: ARNs of roles name their account. Say which it is',
  ],
  [
    'an app that an endpoint cannot name',
    { ...prod, accountId: undefined, customerLogKey: false, webApps: [{ role: 'shop-web' }] },
    'webApps needs accountId: ARNs of roles name their account. Say which it is',
  ],
  [
    'a role of an app in another account',
    { ...prod, webApps: [{ roleArn: `arn:aws:iam::${OTHER_ACCOUNT}:role/shop-web` }] },
    'webApps: arn:aws:iam::210987654321:role/shop-web is of the account 210987654321, and not of accountId 123456789012, where the table is: make a role there that the app may assume, and name that',
  ],
  [
    'apps beside a table in another account',
    { ...prod, dataRoleArn: `arn:aws:iam::${OTHER_ACCOUNT}:role/data`, webApps: WEB_APPS },
    'webApps: by dataRoleArn the sessions are in the account 210987654321: name the roles in the environment whose stack has that table',
  ],
  [
    'a route of nobody',
    own({ routes: { 'GET /orders': 'invoices' } }),
    'own: GET /orders is for invoices, which is none of own.functions: orders, price-list',
  ],
  [
    "a route below Cloakroom's own",
    own({ routes: { 'GET /sessions/mine': 'orders' } }),
    "own: GET /sessions/mine: paths below /sessions are Cloakroom's own, take another",
  ],
  [
    'a route that takes every path',
    own({ routes: { 'GET /{any}': 'orders' } }),
    'own: GET /{any} would take any path: begin it with a plain segment',
  ],
  [
    'two routes that are one',
    own({ routes: { 'GET /orders/{a}': 'orders', 'GET /orders/{b}': 'orders' } }),
    'own: GET /orders/{a} and GET /orders/{b} are one route to API Gateway: drop one',
  ],
  [
    "a function of one's own that is called as Cloakroom's",
    own({ functions: { health: { entry: 'apps/a.ts' } }, routes: { 'GET /a': 'health' } }),
    'own.functions.health: is a function of Cloakroom: take another name',
  ],
  [
    "a function of one's own that reaches for sessions",
    own({
      functions: {
        orders: {
          entry: 'apps/a.ts',
          statements: [
            {
              actions: ['dynamodb:GetItem'],
              resources: ['arn:aws:dynamodb:eu-central-1:123456789012:table/cloakroom-prod-sessions'],
            },
          ],
        },
      },
      routes: { 'GET /a': 'orders' },
    }),
    "own.functions.orders.statements: arn:aws:dynamodb:eu-central-1:123456789012:table/cloakroom-prod-sessions is Cloakroom's own, ask its API instead",
  ],
  [
    'a name that AWS would find too long',
    {
      ...own({ functions: { ['f'.repeat(32)]: { entry: 'apps/a.ts' } }, routes: { 'GET /a': 'f'.repeat(32) } }),
      app: 'a'.repeat(20),
      name: 'n'.repeat(20),
    },
    'own.functions: aaaaaaaaaaaaaaaaaaaa-nnnnnnnnnnnnnnnnnnnn-ffffffffffffffffffffffffffffffff has 74 characters, and AWS takes 64: shorten the name of the function',
  ],
  [
    'a limit of a route that there is not',
    { ...dev, throttle: { ...dev.throttle, routes: { 'GET /session': { ratePerSecond: 1, burst: 1 } } } },
    'throttle.routes: there is no route GET /session in this environment; there are DELETE /sessions/{sessionId}, DELETE /users/{userId}, DELETE /users/{userId}/sessions, GET /health, GET /ready, GET /sessions, GET /sessions/user/{userId}, GET /sessions/{sessionId}, GET /users/{userId}/events, GET /users/{userId}/export, GET /users/{userId}/sessions, HEAD /health, HEAD /ready, POST /auth/bootstrap-session, POST /sessions, POST /users/{userId}/events, POST /users/{userId}/sessions, PUT /sessions/{sessionId}',
  ],
  [
    'an alarm that there is not',
    { ...prod, alarms: { notify: [], thresholds: { slow: 1 } } },
    'alarms.thresholds.slow: is no field here: look for its name and its place in docs/configuration.md',
  ],
  [
    'a recipient of alarms that is none',
    { ...prod, alarms: { notify: ['on-call'] } },
    'alarms.notify.0: must be an e-mail address or an https: URL (it is "on-call")',
  ],
  [
    'a function that there is not',
    functions({ autorizer: { memoryMb: 256 } }),
    'functions.autorizer: is no function of Cloakroom; these are: authorizer, backchannel-logout, create-session, enqueue-event, health, list-events, record-changes, refresh-keys, sessions-api, store-event, token-handler, user-data. Those of your own have memoryMb in own.functions',
  ],
  [
    'a function that this environment has not',
    functions({ 'token-handler': { memoryMb: 256 } }),
    'functions.token-handler: this environment does not have it, since no issuer has browser. It has authorizer, create-session, enqueue-event, health, list-events, record-changes, refresh-keys, sessions-api, store-event, user-data: leave the entry out',
  ],
  [
    'a memory that Lambda does not have',
    functions({ authorizer: { memoryMb: 64 } }),
    'functions.authorizer.memoryMb: must be 128 to 10240: Lambda takes no other (it is 64)',
  ],
  [
    'a function that never runs',
    functions({ authorizer: { reservedConcurrency: 0 } }),
    'functions.authorizer.reservedConcurrency: must be at least 1: with 0 the function would never run. Leave it out to reserve nothing (it is 0)',
  ],
  [
    'batches of a function that no queue feeds',
    functions({ authorizer: { maximumConcurrency: 10 } }),
    'functions.authorizer.maximumConcurrency: only store-event is fed by a queue. Take reservedConcurrency to limit authorizer',
  ],
  [
    'more batches than environments',
    functions({ 'store-event': { reservedConcurrency: 10 } }),
    'functions.store-event.reservedConcurrency: 10 is less than the 50 batches that it may get at the same time: the others would be thrown back, and be dead letters after five times. Say maximumConcurrency: 10 too',
  ],
  [
    'more environments ready than are reserved',
    functions({ authorizer: { reservedConcurrency: 5, provisionedConcurrency: { minimum: 6 } } }),
    'functions.authorizer.provisionedConcurrency: 6 is more than its reservedConcurrency of 5: reserve at least 6',
  ],
  [
    'a use that nothing follows',
    provisioned({ minimum: 1, utilization: 0.5 }),
    'functions.authorizer.provisionedConcurrency: utilization needs maximum: how far the number may grow',
  ],
  [
    'bounds that leave nothing between them',
    provisioned({ minimum: 5, maximum: 5 }),
    'functions.authorizer.provisionedConcurrency: maximum 5 must be more than minimum 5, or left out where the number is to stay',
  ],
  [
    'a schedule with bounds of another kind',
    provisioned({ minimum: 1, schedule: [{ cron: '0 7 ? * * *', minimum: 2, maximum: 4 }] }),
    'functions.authorizer.provisionedConcurrency: schedule.0: maximum must be said here and beside the first minimum, or at neither',
  ],
  [
    'a schedule whose bounds are the wrong way round',
    provisioned({ minimum: 1, maximum: 9, schedule: [{ cron: '0 7 ? * * *', minimum: 4, maximum: 2 }] }),
    'functions.authorizer.provisionedConcurrency: schedule.0: maximum 2 must be at least minimum 4',
  ],
  [
    'a time that AWS does not read',
    provisioned({ minimum: 1, schedule: [{ cron: '0 7 * * 1-5', minimum: 2 }] }),
    'functions.authorizer.provisionedConcurrency.schedule.0.cron: must be six fields as in 0 7 ? * MON-FRI *: minutes, hours, day of the month, month, day of the week, year, with ? for one of the days (it is "0 7 * * 1-5")',
  ],
  [
    'a time zone that is none',
    provisioned({ minimum: 1, schedule: [{ cron: '0 7 ? * * *', timezone: 'Berlin', minimum: 2 }] }),
    'functions.authorizer.provisionedConcurrency.schedule.0.timezone: must be a time zone, such as Europe/Berlin (it is "Berlin")',
  ],
];
