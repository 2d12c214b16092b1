import { createHash } from 'node:crypto';
import { parseFunctionReference } from '../base/function-reference.ts';

/** The account that everything local belongs to. */
export const LOCAL_ACCOUNT_ID = '000000000000';

/** Where the local parts listen, without a slash at the end. */
export interface LocalOrigins {
  /** The AWS endpoint; part of every queue's URL. */
  readonly awsEndpoint: string;
  /** The HTTP API. */
  readonly apiEndpoint: string;
}

/** A resource whose arguments are resolved. */
export interface ResourceFacts {
  readonly address: string;
  readonly region: string;
  readonly origins: LocalOrigins;
  /** @throws StackError when the argument is missing or not a text */
  text(argument: string): string;
  flag(argument: string): boolean;
}

type Value = (facts: ResourceFacts) => string;

const arn =
  (service: string, resource: Value): Value =>
  (facts) =>
    `arn:aws:${service}:${facts.region}:${LOCAL_ACCOUNT_ID}:${resource(facts)}`;
const argument =
  (name: string): Value =>
  ({ text }) =>
    text(name);
const opaque =
  (prefix: string): Value =>
  ({ address }) =>
    prefix + digest(address).slice(0, 10);
const name = argument('name');
const functionArn = arn(
  'lambda',
  ({ text }) => `function:${parseFunctionReference(text('function_name'))?.functionName}`,
);
const version: Value = ({ flag }) => (flag('publish') ? '1' : '$LATEST');
const aliasArn: Value = (facts) => `${functionArn(facts)}:${facts.text('name')}`;
const invokeArn =
  (target: Value): Value =>
  (facts) =>
    `arn:aws:apigateway:${facts.region}:lambda:path/2015-03-31/functions/${target(facts)}/invocations`;
const queueUrl: Value = ({ origins, text }) => `${origins.awsEndpoint}/${LOCAL_ACCOUNT_ID}/${text('name')}`;
const tableArn = arn('dynamodb', ({ text }) => `table/${text('name')}`);
const secretArn = arn('secretsmanager', ({ text, address }) => `secret:${text('name')}-${digest(address).slice(0, 6)}`);
const keyId: Value = ({ address }) => digest(address).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*$/, '$1-$2-$3-$4-$5');
const apiId = opaque('');
const network = (prefix: string) => ({ id: opaque(`${prefix}-`), arn: arn('ec2', opaque(`${prefix}/`)) });

/** The stream of a local table has one fixed label; the one that DynamoDB Local gives it changes with every new table. */
const STREAM_LABEL = '2000-01-01T00:00:00.000';

/** Inside a block that has arguments too, or of which everything is computed. */
type BlockValues = Readonly<Record<string, Value>>;

/**
 * The attributes that AWS computes, by resource type, and how each gets its value here: what `${type.name.attribute}` may name
 * besides the arguments. The names are those of the Terraform provider's documentation.
 */
export const LOCAL_VALUES: Readonly<Record<string, Readonly<Record<string, Value | BlockValues>>>> = {
  aws_dynamodb_table: {
    arn: tableArn,
    id: name,
    name,
    stream_arn: (facts) => `${tableArn(facts)}/stream/${STREAM_LABEL}`,
  },
  aws_sqs_queue: { arn: arn('sqs', name), id: queueUrl, url: queueUrl, name },
  aws_lambda_function: {
    arn: functionArn,
    qualified_arn: (facts) => `${functionArn(facts)}:${version(facts)}`,
    invoke_arn: invokeArn(functionArn),
    version,
    function_name: argument('function_name'),
  },
  aws_lambda_alias: { arn: aliasArn, invoke_arn: invokeArn(aliasArn), name },
  aws_lambda_permission: { id: opaque('') },
  aws_lambda_event_source_mapping: { id: keyId },
  aws_iam_role: { arn: ({ text }) => `arn:aws:iam::${LOCAL_ACCOUNT_ID}:role/${text('name')}`, id: name, name },
  aws_iam_role_policy: { id: opaque('') },
  aws_cloudwatch_log_group: { arn: arn('logs', ({ text }) => `log-group:${text('name')}`), name },
  aws_cloudwatch_metric_alarm: {
    arn: arn('cloudwatch', ({ text }) => `alarm:${text('alarm_name')}`),
    id: argument('alarm_name'),
  },
  aws_kms_key: { arn: arn('kms', (facts) => `key/${keyId(facts)}`), key_id: keyId },
  aws_secretsmanager_secret: { arn: secretArn, id: secretArn },
  aws_apigatewayv2_api: {
    id: apiId,
    arn: (facts) => `arn:aws:apigateway:${facts.region}::/apis/${apiId(facts)}`,
    api_endpoint: ({ origins }) => origins.apiEndpoint,
    execution_arn: arn('execute-api', apiId),
  },
  aws_apigatewayv2_integration: { id: opaque('') },
  aws_apigatewayv2_authorizer: { id: opaque('') },
  aws_apigatewayv2_route: { id: opaque('') },
  aws_apigatewayv2_stage: { id: name },
  aws_cloudwatch_event_rule: { arn: arn('events', ({ text }) => `rule/${text('name')}`), name },
  aws_cloudwatch_event_target: { id: opaque('') },
  aws_vpc_endpoint: { id: opaque('vpce-'), prefix_list_id: opaque('pl-') },
  aws_vpc: { ...network('vpc'), owner_id: () => LOCAL_ACCOUNT_ID },
  aws_subnet: network('subnet'),
  aws_route_table: { id: opaque('rtb-') },
  aws_security_group: network('sg'),
  aws_acm_certificate: {
    arn: arn('acm', (facts) => `certificate/${keyId(facts)}`),
    domain_validation_options: {
      resource_record_name: ({ text }) => `_${digest(text('domain_name')).slice(0, 32)}.${text('domain_name')}.`,
      resource_record_type: () => 'CNAME',
      resource_record_value: ({ text }) => `_${digest(text('domain_name')).slice(32)}.acm-validations.aws.`,
    },
  },
  aws_acm_certificate_validation: { id: opaque('') },
  aws_apigatewayv2_domain_name: {
    id: argument('domain_name'),
    domain_name_configuration: {
      hosted_zone_id: opaque('Z'),
      target_domain_name: (facts) => `${opaque('d-')(facts)}.execute-api.${facts.region}.amazonaws.com`,
    },
  },
  aws_apigatewayv2_api_mapping: { id: opaque('') },
  aws_route53_record: { id: opaque(''), fqdn: name },
  aws_sns_topic: { arn: arn('sns', name), id: arn('sns', name), owner: () => LOCAL_ACCOUNT_ID },
};

type Names = Readonly<Record<string, readonly string[]>>;

/** The names alone: the Terraform check that works without a provider needs no values. */
export const COMPUTED_ATTRIBUTES: Names = namesOf((values) =>
  Object.keys(values).filter((attribute) => typeof values[attribute] === 'function'),
);

/** The names inside of blocks, by type and block. */
export const COMPUTED_BLOCKS: Readonly<Record<string, Names>> = namesOf((values) =>
  Object.fromEntries(
    Object.entries(values).flatMap(([block, inner]) =>
      typeof inner === 'function' ? [] : [[block, Object.keys(inner)]],
    ),
  ),
);

function namesOf<N>(of: (values: Readonly<Record<string, Value | BlockValues>>) => N): Readonly<Record<string, N>> {
  return Object.fromEntries(Object.entries(LOCAL_VALUES).map(([type, values]) => [type, of(values)]));
}

/** Hexadecimal; the same at every start, so that what was stored under an id is found again. */
function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
