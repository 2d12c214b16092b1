import { SecurityGroup } from '@cdktf/provider-aws/lib/security-group/index.js';
import { VpcEndpoint } from '@cdktf/provider-aws/lib/vpc-endpoint/index.js';
import { VpcSecurityGroupEgressRule } from '@cdktf/provider-aws/lib/vpc-security-group-egress-rule/index.js';
import { VpcSecurityGroupIngressRule } from '@cdktf/provider-aws/lib/vpc-security-group-ingress-rule/index.js';
import { DataResource, type ITerraformDependable, type TerraformResource } from 'cdktf';
import { Construct } from 'constructs';
import { fixedId } from '../fixed-id.ts';
import { NEW_BEFORE_OLD } from '../protection.ts';
import type { Network } from './network.ts';

/** What may pass an endpoint. */
export interface EndpointGrant {
  readonly actions: readonly string[];
  /** Exact ARNs, or `*` for an action that knows no resource. */
  readonly resources: readonly string[];
  /** The roles that may pass. */
  readonly roleArns: readonly string[];
}

/**
 * The policy of an endpoint as JSON text. A gateway endpoint takes no principal but `*`; the condition names the roles.
 *
 * @see https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html
 */
function endpointPolicy({ actions, resources, roleArns }: EndpointGrant): string {
  return JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: '*',
        Action: actions,
        Resource: resources,
        Condition: { ArnEquals: { 'aws:PrincipalArn': roleArns } },
      },
    ],
  });
}

const HTTPS = { ipProtocol: 'tcp', fromPort: 443, toPort: 443 } as const;

export interface VpcEndpointsProps {
  readonly name: string;
  readonly region: string;
  readonly network: Network;
  readonly dynamodb: EndpointGrant;
  readonly sqs: EndpointGrant;
  readonly sts: EndpointGrant;
}

/**
 * The only ways out of the network, on 443 alone: DynamoDB by a gateway endpoint in every subnet's route table, SQS and
 * STS by interface endpoints with private DNS, each with a policy of its own.
 */
export class VpcEndpoints extends Construct {
  /** `terraform_data.network_ready`: the endpoints, the rules that let functions through to them, and the network's routes. */
  readonly ready: TerraformResource;
  readonly #props: VpcEndpointsProps;

  constructor(scope: Construct, id: string, props: VpcEndpointsProps) {
    super(scope, id);
    this.#props = props;
    const gateway = new VpcEndpoint(this, 'dynamodb', {
      vpcId: props.network.vpcId,
      serviceName: `com.amazonaws.${props.region}.dynamodb`,
      vpcEndpointType: 'Gateway',
      routeTableIds: [...props.network.routeTableIds],
      policy: endpointPolicy(props.dynamodb),
      tags: { Name: `${props.name}-dynamodb` },
      ...NEW_BEFORE_OLD,
    });
    fixedId(gateway, 'dynamodb');
    const group = new SecurityGroup(this, 'group', {
      name: `${props.name}-endpoints`,
      description: 'The interface endpoints: 443 from the functions, nothing else',
      vpcId: props.network.vpcId,
      ...NEW_BEFORE_OLD,
    });
    fixedId(group, 'endpoints');
    const paths = this.#openPaths(gateway.prefixListId, group.id);
    const interfaces = (['sqs', 'sts'] as const).map((service) => this.#addInterfaceEndpoint(service, group.id));
    const dependsOn = [gateway, ...interfaces, ...paths, ...props.network.routes];
    this.ready = fixedId(new DataResource(this, 'ready', { dependsOn, ...NEW_BEFORE_OLD }), 'network_ready');
  }

  #openPaths(prefixListId: string, endpointsGroupId: string): readonly ITerraformDependable[] {
    const functionsGroupId = this.#props.network.functionsSecurityGroupId;
    const rule = { ...HTTPS, ...NEW_BEFORE_OLD };
    const rules = {
      toDynamoDb: { ...rule, securityGroupId: functionsGroupId, prefixListId },
      toEndpoints: { ...rule, securityGroupId: functionsGroupId, referencedSecurityGroupId: endpointsGroupId },
      fromFunctions: { ...rule, securityGroupId: endpointsGroupId, referencedSecurityGroupId: functionsGroupId },
    };
    return [
      fixedId(new VpcSecurityGroupEgressRule(this, 'to-dynamodb', rules.toDynamoDb), 'functions_to_dynamodb'),
      fixedId(new VpcSecurityGroupEgressRule(this, 'to-endpoints', rules.toEndpoints), 'functions_to_endpoints'),
      fixedId(new VpcSecurityGroupIngressRule(this, 'from-functions', rules.fromFunctions), 'endpoints_from_functions'),
    ];
  }

  #addInterfaceEndpoint(service: 'sqs' | 'sts', securityGroupId: string): VpcEndpoint {
    const { name, region, network } = this.#props;
    const endpoint = new VpcEndpoint(this, service, {
      vpcId: network.vpcId,
      serviceName: `com.amazonaws.${region}.${service}`,
      vpcEndpointType: 'Interface',
      privateDnsEnabled: true,
      subnetIds: [...network.subnetIds],
      securityGroupIds: [securityGroupId],
      policy: endpointPolicy(this.#props[service]),
      tags: { Name: `${name}-${service}` },
      ...NEW_BEFORE_OLD,
    });
    return fixedId(endpoint, service);
  }
}
