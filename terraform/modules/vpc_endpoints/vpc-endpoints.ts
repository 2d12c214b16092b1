import { SecurityGroup } from '@cdktf/provider-aws/lib/security-group/index.js';
import { VpcEndpoint } from '@cdktf/provider-aws/lib/vpc-endpoint/index.js';
import { VpcSecurityGroupEgressRule } from '@cdktf/provider-aws/lib/vpc-security-group-egress-rule/index.js';
import { VpcSecurityGroupIngressRule } from '@cdktf/provider-aws/lib/vpc-security-group-ingress-rule/index.js';
import type { ITerraformDependable, TerraformResource } from 'cdktf';
import { Construct } from 'constructs';
import { fixedId } from '../fixed-id.ts';
import { NEW_BEFORE_OLD } from '../protection.ts';
import type { FunctionsNetwork } from './functions-network.ts';
import { terraformData } from './terraform-data.ts';

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
function endpointPolicy(grants: readonly EndpointGrant[]): string {
  return JSON.stringify({
    Version: '2012-10-17',
    Statement: grants.map(({ actions, resources, roleArns }) => ({
      Effect: 'Allow',
      Principal: '*',
      Action: actions,
      Resource: resources,
      Condition: { ArnEquals: { 'aws:PrincipalArn': roleArns } },
    })),
  });
}

const HTTPS = { ipProtocol: 'tcp', fromPort: 443, toPort: 443 } as const;

type InterfaceService = 'sqs' | 'sts';

/** Endpoints that the VPC has already, by what leads to them. */
interface ExistingEndpoints {
  /** Of DynamoDB in the region; its endpoint is in the route tables of all subnets. */
  readonly dynamodbPrefixListId?: string | undefined;
  /** Of the interface endpoint, which has private DNS or is named in `endpointUrls`. */
  readonly sqsSecurityGroupId?: string | undefined;
  readonly stsSecurityGroupId?: string | undefined;
}

export interface VpcEndpointsProps {
  readonly name: string;
  readonly region: string;
  readonly network: FunctionsNetwork;
  /** Those are not made: a second one of a service with private DNS, or in a route table, would be refused. */
  readonly existing: ExistingEndpoints;
  readonly dynamodb: readonly EndpointGrant[];
  readonly sqs: readonly EndpointGrant[];
  readonly sts: readonly EndpointGrant[];
}

/**
 * The only ways out of the network, on 443 alone: DynamoDB by a gateway endpoint in every subnet's route table, SQS and
 * STS by interface endpoints with private DNS, each with a policy of its own. To those that exist it opens the way, in the
 * group of the functions and in theirs; their policies are not touched.
 */
export class VpcEndpoints extends Construct {
  /** `terraform_data.network_ready`: the endpoints, the rules that let functions through to them, and the network's routes. */
  readonly ready: TerraformResource;
  readonly #props: VpcEndpointsProps;
  readonly #made = new Map<string, VpcEndpoint>();
  #group: SecurityGroup | undefined;

  constructor(scope: Construct, id: string, props: VpcEndpointsProps) {
    super(scope, id);
    this.#props = props;
    const parts = [...this.#reachDynamoDb(), ...this.#reachInterfaces(), ...props.network.routes];
    this.ready = fixedId(terraformData(this, 'ready', { dependsOn: parts, ...NEW_BEFORE_OLD }), 'network_ready');
  }

  /** By service, of the endpoints that are made here. */
  get ids(): Readonly<Record<string, string>> {
    return Object.fromEntries([...this.#made].map(([service, { id }]) => [service, id]));
  }

  /** Of the interface endpoints that are made here; absent where none is. */
  get securityGroupId(): string | undefined {
    return this.#group?.id;
  }

  #reachDynamoDb(): readonly ITerraformDependable[] {
    const { network, existing } = this.#props;
    const gateway = existing.dynamodbPrefixListId === undefined ? this.#addGatewayEndpoint() : undefined;
    const prefixListId = gateway?.prefixListId ?? existing.dynamodbPrefixListId;
    const rule = new VpcSecurityGroupEgressRule(this, 'to-dynamodb', {
      ...HTTPS,
      ...NEW_BEFORE_OLD,
      securityGroupId: network.functionsSecurityGroupId,
      ...(prefixListId === undefined ? {} : { prefixListId }),
    });
    return [...(gateway === undefined ? [] : [gateway]), fixedId(rule, 'functions_to_dynamodb')];
  }

  #reachInterfaces(): readonly ITerraformDependable[] {
    const { sqsSecurityGroupId: sqs, stsSecurityGroupId: sts } = this.#props.existing;
    const made = [...(sqs === undefined ? (['sqs'] as const) : []), ...(sts === undefined ? (['sts'] as const) : [])];
    // AWS refuses the same rule twice: endpoints may share a group.
    const groups = Map.groupBy(
      [...(sqs === undefined ? [] : [['sqs', sqs] as const]), ...(sts === undefined ? [] : [['sts', sts] as const])],
      ([, groupId]) => groupId,
    );
    return [
      ...(made.length === 0 ? [] : this.#addInterfaceEndpoints(made)),
      ...[...groups].flatMap(([groupId, of]) => this.#openPath(of.map(([service]) => service).join('_'), groupId)),
    ];
  }

  #addGatewayEndpoint(): VpcEndpoint {
    const { name, region, network, dynamodb } = this.#props;
    const gateway = new VpcEndpoint(this, 'dynamodb', {
      vpcId: network.vpcId,
      serviceName: `com.amazonaws.${region}.dynamodb`,
      vpcEndpointType: 'Gateway',
      routeTableIds: [...network.routeTableIds],
      policy: endpointPolicy(dynamodb),
      tags: { Name: `${name}-dynamodb` },
      ...NEW_BEFORE_OLD,
    });
    this.#made.set('dynamodb', gateway);
    return fixedId(gateway, 'dynamodb');
  }

  #addInterfaceEndpoints(services: readonly InterfaceService[]): readonly ITerraformDependable[] {
    const group = new SecurityGroup(this, 'group', {
      name: `${this.#props.name}-endpoints`,
      description: 'The interface endpoints: 443 from the functions, nothing else',
      vpcId: this.#props.network.vpcId,
      ...NEW_BEFORE_OLD,
    });
    this.#group = fixedId(group, 'endpoints');
    const path = this.#openPath('endpoints', group.id);
    return [...services.map((service) => this.#addInterfaceEndpoint(service, group.id)), ...path];
  }

  /** From the functions' group to that of endpoints, in both of them. */
  #openPath(id: string, endpointsGroupId: string): readonly ITerraformDependable[] {
    const functionsGroupId = this.#props.network.functionsSecurityGroupId;
    const rule = { ...HTTPS, ...NEW_BEFORE_OLD };
    const out = { ...rule, securityGroupId: functionsGroupId, referencedSecurityGroupId: endpointsGroupId };
    const into = { ...rule, securityGroupId: endpointsGroupId, referencedSecurityGroupId: functionsGroupId };
    return [
      fixedId(new VpcSecurityGroupEgressRule(this, `to-${id}`, out), `functions_to_${id}`),
      fixedId(new VpcSecurityGroupIngressRule(this, `${id}-from`, into), `${id}_from_functions`),
    ];
  }

  #addInterfaceEndpoint(service: InterfaceService, securityGroupId: string): VpcEndpoint {
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
    this.#made.set(service, endpoint);
    return fixedId(endpoint, service);
  }
}
