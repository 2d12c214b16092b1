import { IamRolePolicy } from '@cdktf/provider-aws/lib/iam-role-policy/index.js';
import { LambdaAlias } from '@cdktf/provider-aws/lib/lambda-alias/index.js';
import { LambdaFunction } from '@cdktf/provider-aws/lib/lambda-function/index.js';
import type { TerraformResource } from 'cdktf';
import { Construct } from 'constructs';
import { addressOf, fixedId } from '../fixed-id.ts';
import type { FunctionRole } from '../iam/function-role.ts';
import { policyDocument, policyName } from '../iam/policy.ts';
import { createLogGroup, type LogSettings } from '../monitoring/log-group.ts';
import { NEW_BEFORE_OLD } from '../protection.ts';
import { checkVariables } from './check-variables.ts';
import { runtimeStatements } from './runtime-policy.ts';

/** Where a function's network interfaces are placed. */
export interface Placement {
  readonly vpcId: string;
  readonly subnetIds: readonly string[];
  readonly securityGroupId: string;
  /** What must be there before a function is, and until it has left: all that it reaches from there. */
  readonly ready: TerraformResource;
}

/** The zip of a function. */
export interface Code {
  /** Relative to the folder Terraform runs in. */
  readonly path: string;
  /** Base64 of its SHA-256, as Lambda reports it: a new version is published when, and only when, this changes. */
  readonly sha256Base64: string;
}

export interface LambdaProps {
  readonly functionName: string;
  readonly role: FunctionRole;
  readonly code: Code;
  readonly environment: Readonly<Record<string, string>>;
  readonly memoryMb: number;
  readonly timeoutSeconds: number;
  readonly logs: LogSettings;
  /** Absent: outside any VPC. */
  readonly placement?: Placement | undefined;
  /** Whether Lambda sends X-Ray a trace of its invocations. */
  readonly isTraced?: boolean;
  /** Environments that the account keeps for it, and the most that it gets. Absent: what the account has left. */
  readonly reservedConcurrency?: number | undefined;
}

/**
 * A function on arm64 and Node 24 whose every change is published as a version. Callers use the alias `live`, the only
 * output: so what is invoked, authorized and permitted is one version, and going back is moving the alias.
 *
 * @throws Error when a variable is one that Lambda reserves, or all of them are too large
 */
export class Lambda extends Construct {
  readonly alias: LambdaAlias;

  constructor(scope: Construct, id: string, props: LambdaProps) {
    super(scope, id);
    checkVariables(props.functionName, props.environment);
    const logGroup = createLogGroup(this, id, { ...props.logs, name: `/aws/lambda/${props.functionName}` });
    const { functionName, placement, isTraced = false } = props;
    const runtime = { functionName, logGroupArn: logGroup.arn, insideVpc: placement !== undefined, isTraced };
    const policy = policyDocument(runtimeStatements(runtime));
    const runtimePolicy = new IamRolePolicy(this, 'runtime', {
      name: policyName('runtime', placement?.vpcId),
      role: props.role.name,
      policy,
      ...NEW_BEFORE_OLD,
    });
    fixedId(runtimePolicy, `${id}_runtime`);
    const lambda = new LambdaFunction(this, 'this', {
      ...functionConfig(props),
      dependsOn: [
        ...props.role.policies,
        runtimePolicy,
        logGroup,
        ...(placement === undefined ? [] : [placement.ready]),
      ],
    });
    fixedId(lambda, id);
    this.alias = new LambdaAlias(this, 'live', {
      name: 'live',
      functionName: lambda.functionName,
      functionVersion: lambda.version,
      ...(placement === undefined ? {} : isPlacedBy(placement, lambda)),
    });
    fixedId(this.alias, id);
  }
}

/**
 * Refuses a plan in which a function that is to move into a VPC stays where it is. The provider compares the ids of subnets
 * and groups, and takes ids that are not known yet, those of a VPC that the same plan makes, for none: no change.
 */
function isPlacedBy({ ready }: Placement, lambda: LambdaFunction) {
  const precondition = {
    condition: `\${length(${lambda.fqn}.vpc_config) > 0}`,
    errorMessage: `The network is new, and the AWS provider moves functions only into one that is there already. Nothing was changed. Make the network first, then apply the rest: terraform apply -target=${addressOf(ready)} && terraform apply`,
  };
  // The version that is live is in the old network until the alias has moved: Terraform waits for what depends on it directly.
  return { dependsOn: [ready], lifecycle: { precondition: [precondition] } };
}

function functionConfig(props: LambdaProps) {
  const { placement, isTraced = false, reservedConcurrency } = props;
  return {
    functionName: props.functionName,
    role: props.role.arn,
    architectures: ['arm64'],
    runtime: 'nodejs24.x',
    handler: 'index.handler',
    filename: props.code.path,
    sourceCodeHash: props.code.sha256Base64,
    publish: true,
    memorySize: props.memoryMb,
    timeout: props.timeoutSeconds,
    // Both always: the provider leaves it on where nothing is said any more.
    tracingConfig: { mode: isTraced ? 'Active' : 'PassThrough' },
    ...(reservedConcurrency === undefined ? {} : { reservedConcurrentExecutions: reservedConcurrency }),
    // The provider would find an empty block to add at every plan.
    ...(Object.keys(props.environment).length === 0 ? {} : { environment: { variables: { ...props.environment } } }),
    ...(placement === undefined
      ? {}
      : { vpcConfig: { subnetIds: [...placement.subnetIds], securityGroupIds: [placement.securityGroupId] } }),
  };
}
