import { describe, expect, it } from '@jest/globals';
import { ENVIRONMENTS } from '../environments/index.ts';
import { addressesOf, type TerraformDocument } from '../synthesis/terraform-document.ts';
import { EXISTING_NETWORK } from '../testing/every-field.ts';
import { resource, resources, statementsOf, synthesized } from '../testing/synthesized.ts';

const dev = synthesized(ENVIRONMENTS.dev);
const prod = synthesized(ENVIRONMENTS.prod);
const INSIDE = [
  'authorizer',
  'create_session',
  'enqueue_event',
  'health',
  'list_events',
  'record_changes',
  'sessions_api',
  'store_event',
  'user_data',
];
const zones = ['eu_central_1a', 'eu_central_1b', 'eu_central_1c'];

describe('the VPC', () => {
  it('is not there in dev', () => {
    expect(Object.keys(dev.resource).filter((type) => /vpc|subnet|security_group|route_table/.test(type))).toEqual([]);
    for (const lambda of Object.values(resources(dev, 'aws_lambda_function'))) {
      expect(lambda).not.toHaveProperty('vpc_config');
    }
  });

  it('holds the functions that need no internet, and not the others', () => {
    const lambdas = Object.entries(resources(prod, 'aws_lambda_function'));
    expect(
      lambdas
        .filter(([, lambda]) => 'vpc_config' in lambda)
        .map(([name]) => name)
        .sort(),
    ).toEqual(INSIDE);
    for (const name of INSIDE) {
      expect(resource(prod, 'aws_lambda_function', name).vpc_config).toEqual({
        subnet_ids: zones.map((zone) => `\${aws_subnet.${zone}.id}`),
        security_group_ids: [`\${aws_security_group.functions.id}`],
      });
    }
  });

  it('is entered and left only while all that the functions need there stands', () => {
    // The default group goes with its VPC: to destroy it by itself does nothing.
    const types = Object.keys(prod.resource).filter((one) => /vpc|subnet|_security_group|route_table/.test(one));
    for (const type of types.filter((one) => one !== 'aws_default_security_group')) {
      for (const one of Object.values(resources(prod, type))) {
        expect(one).toMatchObject({ lifecycle: { create_before_destroy: true } });
      }
    }
    for (const name of Object.keys(resources(prod, 'aws_lambda_function'))) {
      const waits = resource(prod, 'aws_lambda_function', name).depends_on;
      const names = [name, `${name}_runtime`].map((one) => resource(prod, 'aws_iam_role_policy', one).name);
      const isInside = INSIDE.includes(name);
      expect([name, String(waits).includes('terraform_data.network_ready')]).toEqual([name, isInside]);
      const end = isInside ? `-\${aws_vpc.network.id}` : '';
      expect(names).toEqual([`code${end}`, `runtime${end}`]);
    }
  });

  it('refuses a plan that would leave a function outside', () => {
    for (const name of INSIDE) {
      expect(resource(prod, 'aws_lambda_alias', name)).toMatchObject({
        lifecycle: { precondition: [{ condition: `\${length(aws_lambda_function.${name}.vpc_config) > 0}` }] },
      });
    }
    expect(resource(prod, 'aws_lambda_alias', 'refresh_keys')).not.toHaveProperty('lifecycle');
  });

  it('is made anew when the range of a subnet is another', () => {
    expect(resource(prod, 'aws_vpc', 'network')).toMatchObject({
      lifecycle: { replace_triggered_by: zones.map((zone) => `terraform_data.${zone}`) },
    });
    expect(resource(prod, 'terraform_data', 'eu_central_1a').input).toEqual({ cidr_block: '10.30.0.0/22' });
  });

  it('resolves the names of its endpoints', () => {
    expect(resource(prod, 'aws_vpc', 'network')).toMatchObject({
      enable_dns_support: true,
      enable_dns_hostnames: true,
    });
  });

  it('has a default security group without rules, for what names no other', () => {
    expect(resources(prod, 'aws_default_security_group')).toEqual({ network: { vpc_id: `\${aws_vpc.network.id}` } });
  });

  it('has no way to the internet', () => {
    expect(Object.keys(prod.resource).filter((type) => /gateway$|nat|eip|^aws_route$/.test(type))).toEqual([]);
  });
});

describe('the endpoints', () => {
  it('reach DynamoDB through every subnet of the functions', () => {
    expect(resource(prod, 'aws_vpc_endpoint', 'dynamodb')).toMatchObject({
      service_name: 'com.amazonaws.eu-central-1.dynamodb',
      vpc_endpoint_type: 'Gateway',
      route_table_ids: zones.map((zone) => `\${aws_route_table.${zone}.id}`),
    });
    for (const zone of zones) {
      expect(resource(prod, 'aws_route_table_association', zone)).toEqual({
        subnet_id: `\${aws_subnet.${zone}.id}`,
        route_table_id: `\${aws_route_table.${zone}.id}`,
        lifecycle: { create_before_destroy: true },
      });
    }
  });

  it.each(['sqs', 'sts'])('reach %s by private DNS', (service) => {
    expect(resource(prod, 'aws_vpc_endpoint', service)).toMatchObject({
      service_name: `com.amazonaws.eu-central-1.${service}`,
      vpc_endpoint_type: 'Interface',
      private_dns_enabled: true,
      subnet_ids: zones.map((zone) => `\${aws_subnet.${zone}.id}`),
      security_group_ids: [`\${aws_security_group.endpoints.id}`],
    });
  });

  it('let pass what the functions inside do, and only them', () => {
    const roles = (...names: string[]) => ({
      ArnEquals: { 'aws:PrincipalArn': names.map((name) => `\${aws_iam_role.${name}.arn}`) },
    });
    const policy = (name: string) => statementsOf(resource(prod, 'aws_vpc_endpoint', name).policy);
    expect(policy('dynamodb')).toMatchObject([
      {
        Action: [
          'BatchGetItem',
          'ConditionCheckItem',
          'DeleteItem',
          'GetItem',
          'PutItem',
          'Query',
          'Scan',
          'UpdateItem',
        ].map((action) => `dynamodb:${action}`),
        Resource: [`\${aws_dynamodb_table.sessions.arn}`, `\${aws_dynamodb_table.events.arn}`],
        Condition: roles(...INSIDE.filter((name) => name !== 'enqueue_event')),
      },
    ]);
    expect(policy('sqs')).toMatchObject([
      {
        Action: ['sqs:GetQueueAttributes', 'sqs:SendMessage'],
        Resource: [`\${aws_sqs_queue.events.arn}`, `\${aws_sqs_queue.changes_dlq.arn}`],
        Condition: roles('enqueue_event', 'health', 'record_changes'),
      },
    ]);
    expect(policy('sts')).toMatchObject([{ Action: ['sts:GetCallerIdentity'], Condition: roles(...INSIDE) }]);
  });

  it('are all that the functions can open a connection to, on 443', () => {
    const https = {
      ...{ ip_protocol: 'tcp', from_port: 443, to_port: 443 },
      lifecycle: { create_before_destroy: true },
    };
    const functions = `\${aws_security_group.functions.id}`;
    const endpoints = `\${aws_security_group.endpoints.id}`;
    expect(resources(prod, 'aws_vpc_security_group_egress_rule')).toEqual({
      functions_to_dynamodb: {
        ...https,
        security_group_id: functions,
        prefix_list_id: `\${aws_vpc_endpoint.dynamodb.prefix_list_id}`,
      },
      functions_to_endpoints: {
        ...https,
        security_group_id: functions,
        referenced_security_group_id: endpoints,
      },
    });
    expect(resources(prod, 'aws_vpc_security_group_ingress_rule')).toEqual({
      endpoints_from_functions: {
        ...https,
        security_group_id: endpoints,
        referenced_security_group_id: functions,
      },
    });
    for (const group of Object.values(resources(prod, 'aws_security_group'))) {
      expect(group).not.toHaveProperty('ingress');
      expect(group).not.toHaveProperty('egress');
    }
  });
});

describe('a VPC that exists', () => {
  const groups = { sqs: 'sg-0000000000000001', sts: 'sg-0000000000000002' };
  const within = (network: object) =>
    synthesized({ ...ENVIRONMENTS.prod, network: { ...EXISTING_NETWORK, ...network } });
  const network = (document: TerraformDocument) =>
    addressesOf(document).filter((address) => /vpc|subnet|security_group|route_table|flow_log/.test(address));

  it('gets the endpoints and the groups of both sides, and nothing else', () => {
    const document = within({});
    expect(network(document)).toEqual([
      'aws_security_group.endpoints',
      'aws_security_group.functions',
      'aws_vpc_endpoint.dynamodb',
      'aws_vpc_endpoint.sqs',
      'aws_vpc_endpoint.sts',
      'aws_vpc_security_group_egress_rule.functions_to_dynamodb',
      'aws_vpc_security_group_egress_rule.functions_to_endpoints',
      'aws_vpc_security_group_ingress_rule.endpoints_from_functions',
    ]);
    const { vpcId, subnetIds, routeTableIds } = EXISTING_NETWORK;
    expect(resource(document, 'aws_vpc_endpoint', 'dynamodb')).toMatchObject({
      vpc_id: vpcId,
      route_table_ids: routeTableIds,
    });
    expect(resource(document, 'aws_vpc_endpoint', 'sqs')).toMatchObject({ vpc_id: vpcId, subnet_ids: subnetIds });
    expect(resource(document, 'aws_security_group', 'functions')).toMatchObject({ vpc_id: vpcId });
    for (const name of INSIDE) {
      expect(resource(document, 'aws_lambda_function', name).vpc_config).toEqual({
        subnet_ids: subnetIds,
        security_group_ids: [`\${aws_security_group.functions.id}`],
      });
    }
  });

  it('holds the roles to it', () => {
    const { policy } = resource(within({}), 'aws_iam_role_policy', 'authorizer');
    expect(statementsOf(policy)[0]?.Condition?.StringEquals).toEqual({ 'aws:SourceVpc': EXISTING_NETWORK.vpcId });
  });

  it('gets no endpoint that it has: the way to each is opened, in the group of its endpoint too', () => {
    const endpoints = {
      dynamodbPrefixListId: 'pl-66a5400f',
      sqsSecurityGroupId: groups.sqs,
      stsSecurityGroupId: groups.sts,
    };
    const document = within({ endpoints, routeTableIds: undefined });
    expect(network(document)).toEqual([
      'aws_security_group.functions',
      'aws_vpc_security_group_egress_rule.functions_to_dynamodb',
      'aws_vpc_security_group_egress_rule.functions_to_sqs',
      'aws_vpc_security_group_egress_rule.functions_to_sts',
      'aws_vpc_security_group_ingress_rule.sqs_from_functions',
      'aws_vpc_security_group_ingress_rule.sts_from_functions',
    ]);
    expect(resource(document, 'aws_vpc_security_group_egress_rule', 'functions_to_dynamodb')).toMatchObject({
      prefix_list_id: 'pl-66a5400f',
    });
    for (const service of ['sqs', 'sts'] as const) {
      const functions = `\${aws_security_group.functions.id}`;
      expect(resource(document, 'aws_vpc_security_group_egress_rule', `functions_to_${service}`)).toMatchObject({
        security_group_id: functions,
        referenced_security_group_id: groups[service],
        from_port: 443,
        to_port: 443,
      });
      expect(resource(document, 'aws_vpc_security_group_ingress_rule', `${service}_from_functions`)).toMatchObject({
        security_group_id: groups[service],
        referenced_security_group_id: functions,
      });
    }
  });

  it('has one rule for endpoints that share a group, and gets the endpoint that it lacks', () => {
    const shared = { sqsSecurityGroupId: groups.sqs, stsSecurityGroupId: groups.sqs };
    expect(network(within({ endpoints: shared }))).toEqual([
      'aws_security_group.functions',
      'aws_vpc_endpoint.dynamodb',
      'aws_vpc_security_group_egress_rule.functions_to_dynamodb',
      'aws_vpc_security_group_egress_rule.functions_to_sqs_sts',
      'aws_vpc_security_group_ingress_rule.sqs_sts_from_functions',
    ]);
    const withoutSqs = network(within({ endpoints: { stsSecurityGroupId: groups.sts } }));
    expect(withoutSqs).toEqual(
      expect.arrayContaining(['aws_vpc_endpoint.sqs', 'aws_vpc_security_group_egress_rule.functions_to_sts']),
    );
    expect(withoutSqs).not.toContain('aws_vpc_endpoint.sts');
  });

  it.each<[string, object]>([
    ['all endpoints made', {}],
    [
      'no endpoint made',
      {
        endpoints: {
          dynamodbPrefixListId: 'pl-66a5400f',
          sqsSecurityGroupId: groups.sqs,
          stsSecurityGroupId: groups.sts,
        },
      },
    ],
  ])('is ready, with %s, once every way is open', (_, told) => {
    const document = within(told);
    const ways = network(document).filter(
      (address) => /endpoint|_rule/.test(address) && !/group.endpoints/.test(address),
    );
    const { depends_on: awaited } = resource(document, 'terraform_data', 'network_ready');
    expect((awaited as string[]).toSorted()).toEqual(ways);
    expect(resource(document, 'aws_lambda_function', 'authorizer').depends_on).toContain(
      'terraform_data.network_ready',
    );
  });
});
