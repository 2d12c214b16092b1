import type { LambdaAlias } from '@cdktf/provider-aws/lib/lambda-alias/index.js';
import { AwsProvider } from '@cdktf/provider-aws/lib/provider/index.js';
import { TerraformStack } from 'cdktf';
import { Construct } from 'constructs';
import { hasBrowserSignIn } from '../environments/browser-sign-in.ts';
import type { Environment } from '../environments/environment.ts';
import { hasOwnDomain } from '../environments/has-own-domain.ts';
import { tableNameIn } from '../environments/table-names.ts';
import { AttachedApis } from '../modules/attached_apis/attached-apis.ts';
import { Domain } from '../modules/domain/domain.ts';
import { Table } from '../modules/dynamodb/table.ts';
import { TableKey } from '../modules/dynamodb/table-key.ts';
import { HttpApi } from '../modules/http_api/http-api.ts';
import { boundRoles } from '../modules/iam/bound-roles.ts';
import { FunctionRole } from '../modules/iam/function-role.ts';
import { type Code, Lambda, type Placement } from '../modules/lambda/lambda.ts';
import { ProvisionedConcurrency } from '../modules/lambda/provisioned-concurrency.ts';
import type { LogSettings } from '../modules/monitoring/log-group.ts';
import { LogKey } from '../modules/monitoring/log-key.ts';
import { DeadLetterQueue } from '../modules/queues/dead-letter-queue.ts';
import { Queue } from '../modules/queues/queue.ts';
import { ExistingNetwork } from '../modules/vpc_endpoints/existing-network.ts';
import type { FunctionsNetwork } from '../modules/vpc_endpoints/functions-network.ts';
import { Network } from '../modules/vpc_endpoints/network.ts';
import { VpcEndpoints } from '../modules/vpc_endpoints/vpc-endpoints.ts';
import { commonVariables, endpointVariables, metricsNamespace } from './common-variables.ts';
import { endpointGrants } from './endpoint-grants.ts';
import type { Resources } from './function-spec.ts';
import { FUNCTIONS, forEachFunction, type OfFunctions, ofFunction } from './functions/index.ts';
import { addMonitoring } from './monitoring.ts';
import { addOutputs, type Inside } from './outputs.ts';
import { addOwnFunctions, type OwnApi } from './own-functions.ts';
import { roleStatements } from './role-statements.ts';
import { ROUTES } from './routes.ts';
import { addSignIn } from './sign-in-resources.ts';
import { addTriggers } from './triggers.ts';
import { createWatched } from './watched.ts';
import { addWebApps } from './web-apps.ts';

type Roles = OfFunctions<FunctionRole>;
type Aliases = OfFunctions<LambdaAlias>;

export interface CloakroomStackProps {
  readonly environment: Environment;
  /** Of Cloakroom. */
  readonly version: string;
  /** The built zip of a function, by its name or `own/<name>`, with text files added by their names. */
  code(name: string, files: Readonly<Record<string, string>>): Code;
}

/** All of Cloakroom in one environment: the only place that knows all modules. */
export class CloakroomStack extends TerraformStack {
  readonly #props: CloakroomStackProps;
  /** What every name in AWS begins with. */
  readonly #prefix: string;
  readonly #logs: LogSettings;

  constructor(scope: Construct, props: CloakroomStackProps) {
    super(scope, 'cloakroom');
    this.#props = props;
    const { app, name, region, accountId, tags, permissionsBoundary } = props.environment;
    this.#prefix = `${app}-${name}`;
    new AwsProvider(this, 'aws', {
      region,
      defaultTags: [{ tags: { ...tags, application: app, environment: name } }],
      ...(accountId === undefined ? {} : { allowedAccountIds: [accountId] }),
    });
    this.#logs = this.#logSettings();
    const resources = this.#addResources();
    const network = this.#addNetwork();
    const roles = this.#addRoles(resources, network?.vpcId);
    addWebApps(this, this.#prefix, resources);
    const inside = network && this.#addEndpoints(network, resources, roles);
    const aliases = this.#addFunctions(resources, roles, inside && placementIn(inside));
    const own = addOwnFunctions(this, {
      own: props.environment.own,
      prefix: this.#prefix,
      logs: this.#logs,
      code: (name) => props.code(name, {}),
    });
    const domain = this.#addDomain();
    const api = this.#addApi(aliases, own, domain);
    addTriggers(this, { prefix: this.#prefix, resources, aliases });
    this.#attach(aliases.authorizer);
    const namespace = metricsNamespace(props.environment);
    const monitoring = addMonitoring(this, {
      prefix: this.#prefix,
      environment: props.environment,
      watched: createWatched({ namespace, resources, aliases, api }),
    });
    const apiUrl = props.environment.publicUrl ?? api.url;
    addOutputs(this, { resources, aliases, own, apiUrl, api, domain, inside, monitoring });
    if (permissionsBoundary !== undefined) boundRoles(this, permissionsBoundary);
  }

  #addResources(): Resources {
    const { environment, version } = this.#props;
    const { protection, dataRoleArn: senderRoleArn } = environment;
    const tables = new Construct(this, 'tables');
    const key = new TableKey(tables, 'tables', { description: `${this.#prefix}: the tables`, protection });
    const table = { partitionKey: 'user_key', keyArn: key.arn, protection };
    const sessions = { ...table, name: tableNameIn(environment, 'sessions'), sortKey: 'item', stream: true };
    const events = { ...table, name: tableNameIn(environment, 'events'), sortKey: 'event_key', stream: false };
    const queue = {
      name: `${this.#prefix}-events`,
      consumerTimeoutSeconds: FUNCTIONS['store-event'].timeoutSeconds(environment),
      batchWindowSeconds: environment.eventsBatchWindowSeconds,
      protection,
      senderRoleArn,
    };
    const queues = new Construct(this, 'queues');
    return {
      environment,
      version,
      tableKeyArn: key.arn,
      signIn: hasBrowserSignIn(environment) ? addSignIn(this, environment) : undefined,
      sessions: new Table(tables, 'sessions', sessions),
      events: new Table(tables, 'events', events),
      eventsQueue: new Queue(queues, 'events', queue),
      changesDeadLetters: new DeadLetterQueue(queues, 'changes_dlq', {
        name: `${this.#prefix}-changes-dlq`,
        protection,
        senderRoleArn,
      }),
      schedulesDeadLetters: new DeadLetterQueue(queues, 'schedules_dlq', {
        name: `${this.#prefix}-schedules-dlq`,
        protection,
      }),
    };
  }

  #addRoles(resources: Resources, vpcId: string | undefined): Roles {
    const scope = new Construct(this, 'roles');
    return forEachFunction(this.#props.environment, (name, spec) => {
      const statements = roleStatements(spec, resources, vpcId);
      return new FunctionRole(scope, name, {
        name: `${this.#prefix}-${name}`,
        statements,
        vpcId: spec.insideVpc ? vpcId : undefined,
      });
    });
  }

  /** How logs are kept, with the key that encrypts them where there is one. */
  #logSettings(): LogSettings {
    const { logRetentionDays: retentionDays, protection, customerLogKey, accountId, region } = this.#props.environment;
    if (!customerLogKey || accountId === undefined) return { retentionDays, key: undefined, protection };
    const description = `${this.#prefix}: the logs`;
    return { retentionDays, key: new LogKey(this, 'logs', { description, region, accountId, protection }), protection };
  }

  #addNetwork(): FunctionsNetwork | undefined {
    const { network, region } = this.#props.environment;
    if (network === undefined) return undefined;
    if ('vpcId' in network) {
      const { vpcId, subnetIds, routeTableIds = [] } = network;
      return new ExistingNetwork(this, 'network', { name: this.#prefix, vpcId, subnetIds, routeTableIds });
    }
    const flowLogs = network.flowLogs ? this.#logs : undefined;
    return new Network(this, 'network', { ...network, name: this.#prefix, region, flowLogs });
  }

  /** The network, with an endpoint for each service that the functions inside call. */
  #addEndpoints(network: FunctionsNetwork, resources: Resources, roles: Roles): Inside {
    const grants = endpointGrants(resources, (name) => ofFunction(roles, name).arn);
    const { region, network: told } = this.#props.environment;
    const existing = told !== undefined && 'vpcId' in told && told.endpoints !== 'create' ? told.endpoints : {};
    const props = { ...grants, name: this.#prefix, region, network, existing };
    return { network, endpoints: new VpcEndpoints(this, 'endpoints', props) };
  }

  #addFunctions(resources: Resources, roles: Roles, placement: Placement | undefined): Aliases {
    const { environment, code } = this.#props;
    const scope = new Construct(this, 'functions');
    return forEachFunction(environment, (name, spec) => {
      const { timeoutSeconds, insideVpc, variables, files } = spec;
      const settings = environment.functions?.[name] ?? {};
      const { memoryMb = spec.memoryMb, logLevel = environment.logLevel, tracing, reservedConcurrency } = settings;
      const common = {
        ...commonVariables(name, { ...environment, logLevel }, resources.version),
        ...endpointVariables(spec, environment),
      };
      const lambda = new Lambda(scope, name, {
        functionName: `${this.#prefix}-${name}`,
        role: ofFunction(roles, name),
        code: code(name, files?.(environment) ?? {}),
        environment: { ...common, ...variables(resources) },
        memoryMb,
        timeoutSeconds: timeoutSeconds(environment),
        logs: this.#logs,
        placement: insideVpc ? placement : undefined,
        isTraced: tracing === 'active',
        reservedConcurrency,
      });
      const { alias } = lambda;
      if (settings.provisionedConcurrency !== undefined) {
        const provisioned = { ...settings.provisionedConcurrency, alias, name: `${this.#prefix}-${name}` };
        new ProvisionedConcurrency(lambda, name, provisioned);
      }
      return alias;
    });
  }

  #addDomain(): Domain | undefined {
    const { domain, protection } = this.#props.environment;
    if (domain === undefined) return undefined;
    const { name, hostedZoneId, certificateArn, mutualTls } = domain;
    return new Domain(this, 'domain', { name, hostedZoneId, certificateArn, mutualTls, protection });
  }

  #addApi(aliases: Aliases, own: OwnApi, domain: Domain | undefined): HttpApi {
    const { environment } = this.#props;
    const { allowedOrigins, throttle, protection, sessions } = environment;
    const routes = Object.entries(ROUTES).flatMap(([routeKey, { isNeeded = () => true, ...route }]) => {
      const alias = aliases[route.function];
      return alias === undefined || !isNeeded(environment) ? [] : [[routeKey, { ...route, alias }] as const];
    });
    return new HttpApi(this, 'api', {
      name: this.#prefix,
      routes: { ...own.routes, ...Object.fromEntries(routes) },
      authorizer: aliases.authorizer,
      allowedOrigins,
      hasDefaultAddress: !hasOwnDomain(environment),
      domain,
      throttle,
      logs: this.#logs,
      logsClientIp: sessions.ipStorage === 'full',
      protection,
    });
  }

  /** Lets APIs that are not made here ask the authorizer. */
  #attach(alias: LambdaAlias): void {
    const { attachTo = [], accountId, region } = this.#props.environment;
    if (attachTo.length === 0 || accountId === undefined) return;
    const apiIds = attachTo.map(({ apiId }) => apiId);
    new AttachedApis(this, 'attached_apis', { apiIds, alias, region, accountId });
  }
}

function placementIn({ network, endpoints: { ready } }: Inside): Placement {
  const { vpcId, subnetIds, functionsSecurityGroupId: securityGroupId } = network;
  return { vpcId, subnetIds, securityGroupId, ready };
}
